#!/bin/sh
# First process of a box: makes the namespaces it was started in a server of its own, runs the agent, buries orphans, and on SIGTERM ends
# everything in order so that the pool is closed clean. Killing it outright is safe too: the kernel ends the rest, the pool is transactional.
#
# usage: init.sh <pool> <pool file> <size, GiB> <mount point> <ready file> <node address> <host address> <agent argv …>
# The starter writes a line to standard input when the link named `up0` is there.
set -eu
pool=$1 file=$2 size=$3 mountpoint=$4 ready=$5 node=$6 host=$7
shift 7

# Nothing mounted here reaches the host. A fresh /run hides the host's sockets and leaves no trace; /sys must show this box's devices.
mount --make-rprivate /
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
mkdir -p /run/netns /run/zfs /run/lock/zfs /run/cgroup
mkdir -p /var/lib/zfs /var/lock/zfs
mount -t tmpfs -o mode=755 tmpfs /var/lib/zfs
mount -t tmpfs -o mode=755 tmpfs /var/lock/zfs
mount -t proc proc /proc
mount --rbind /sys/fs/cgroup /run/cgroup
mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
mount --move /run/cgroup /sys/fs/cgroup
# What the kernel can tell of what it does; a kernel without it can be used all the same. Guests mount a sysfs of their own, without it.
mount -t tracefs -o mode=700,nosuid,nodev,noexec tracefs /sys/kernel/tracing 2>/dev/null || true

# ZFS keeps at most this many MiB of cache; the default is sized for a server with nothing else to do.
zfs-fuse -n --no-kstat-mount --max-arc-size 64 </dev/null &
zfs=$!

read -r _
exec </dev/null
ip -batch - <<LINES
link set lo up
addr add $node/32 peer $host/32 dev up0
link set up0 up
route add default via $host dev up0
LINES
echo 1 > /proc/sys/net/ipv4/ip_forward

tries=0
until zpool list -H >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -le 250 ] && kill -0 $zfs || { echo 'zfs-fuse does not answer' >&2; exit 1; }
  sleep 0.02
done
# The host-wide cache of pools must never hear of ours: another daemon would import it.
if [ -e "$file" ]; then
  zpool import -f -o cachefile=none -d "$(dirname "$file")" "$pool"
else
  truncate -s "${size}G" "$file.new"
  mkdir -p "$mountpoint"
  zpool create -o cachefile=none -m "$mountpoint" "$pool" "$file.new"
  zpool export "$pool"
  mv "$file.new" "$file"
  zpool import -o cachefile=none -d "$(dirname "$file")" "$pool"
fi

stopping=
trap 'stopping=1; kill -TERM $agent 2>/dev/null || true' TERM INT
"$@" &
agent=$!
echo "$agent" > "$ready"

# wait ends early when a trapped signal comes. As on a real server, instances outlive an agent that dies, and it is started again.
code=0
while :; do
  while kill -0 $agent 2>/dev/null; do code=0; wait $agent || code=$?; done
  [ -z "$stopping" ] && [ "${BOX_KEEPS_AGENT:-}" = 1 ] && [ $code != 0 ] || break
  sleep 0.2
  "$@" &
  agent=$!
  [ -z "$stopping" ] || kill -TERM $agent
done

for path in /proc/[0-9]*; do
  pid=${path#/proc/}
  [ "$pid" = 1 ] || [ "$pid" = $zfs ] || kill -KILL "$pid" 2>/dev/null || true
done
tries=0
until timeout 5 zpool export "$pool" 2>/dev/null || [ $tries -ge 50 ]; do
  tries=$((tries + 1))
  sleep 0.05
done
exit $code
