#!/bin/bash
# The bare sum: a clone, a network and a container, made and removed by the programs alone, one step after another. Runs inside a node's box.
# The container's configuration is that of a living zone, its name, root, network and control group replaced.
#
# usage: bare-zone.sh <pool> <run directory> <model zone> <image> <count>
# Prints a line for each: microseconds for clone, network, runc run, and the removal of all three.
set -eu
pool=$1 run=$2 model=$3 image=$4 count=$5
work=$(mktemp -d /run/nereid-bare.XXXXXX)
bridge=$(basename "$(readlink "/sys/class/net/$(ip -o link | awk -v id="$model" 'BEGIN { RS = "\n" } $0 ~ id { split($2, n, "@"); print n[1]; exit }')/master")")
cleanup() { rm -rf "$work"; }
trap cleanup EXIT

now() { printf '%s' "${EPOCHREALTIME/./}"; }

for n in $(seq "$count"); do
  zone=$(printf '00000000-0000-4000-8000-%012d' "$n")
  mkdir "$work/$zone"
  # Without a terminal: runc alone has nobody to hand one to.
  sed -e 's#"terminal":true#"terminal":false#' -e "s#/instances/$model\"#/instances/$zone\"#; s#nereid-[0-9a-f]*-$model#bare$n#; s#\(\"cgroupsPath\":\"[^\"]*\)/$model\"#\1/$zone\"#" \
    "$run/instances/$model/config.json" > "$work/$zone/config.json"

  t0=$(now)
  zfs clone -o quota=1G "$pool/images/$image@image" "$pool/instances/$zone"
  t1=$(now)
  ip -batch - <<LINES
netns add bare$n
link add bare$n mtu 1500 type veth peer name net0 mtu 1500 netns bare$n
link set bare$n master $bridge up
LINES
  ip -n bare$n -batch - <<LINES
link set lo up
addr add 172.31.0.2/24 dev net0
link set net0 up
route add default via 172.31.0.1 dev net0
LINES
  t2=$(now)
  runc --root "$work/runc" run --detach --bundle "$work/$zone" "$zone" </dev/null >/dev/null 2>"$work/error" || { cat "$work/error" >&2; exit 1; }
  t3=$(now)
  runc --root "$work/runc" delete --force "$zone"
  ip link del bare$n
  ip netns del bare$n
  tries=0
  until zfs destroy "$pool/instances/$zone" 2>"$work/error"; do
    tries=$((tries + 1))
    [ $tries -le 200 ] || { cat "$work/error" >&2; exit 1; }
    sleep 0.02
  done
  t4=$(now)
  echo "$((t1 - t0)) $((t2 - t1)) $((t3 - t2)) $((t4 - t3))"
done
