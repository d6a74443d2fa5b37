# Before anybody can log in: folders that live in memory, the owner's keys, this guest's own host key.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mkdir -p /run/lock /tmp /root/.ssh /etc/dropbear
chmod 1777 /tmp
chmod 700 /root/.ssh /etc/dropbear

if keys=$(mdata-get root_authorized_keys 2>/dev/null); then
  umask 077
  printf '%s\n' "$keys" > /root/.ssh/authorized_keys.new && mv /root/.ssh/authorized_keys.new /root/.ssh/authorized_keys
  umask 022
fi

# One kind of key now, since it costs nothing; dropbear makes the others when a client asks for them.
[ -s /etc/dropbear/dropbear_ed25519_host_key ] || dropbearkey -t ed25519 -f /etc/dropbear/dropbear_ed25519_host_key > /dev/null 2>&1
