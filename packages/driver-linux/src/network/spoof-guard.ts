import type { Port } from './port-plan';

/**
 * Rules against false addresses: a table of its own for each port, in the ingress hook of the server's end, which is the first thing a
 * guest's frame meets and outside the guest's reach. A port's table is made and removed as one.
 * Source: nft(8), netdev family.
 */
export function guardTable(port: Port): string {
  const { mac, ip, allowMacSpoofing, allowIpSpoofing } = port.nic;
  const rules = ['ether type != { ip, arp, ip6 } drop'];
  if (!allowMacSpoofing) rules.push(`ether saddr != ${mac} drop`, `arp saddr ether != ${mac} drop`);
  if (!allowIpSpoofing) {
    // 0.0.0.0 is how a host asks whether an address is free before it takes it.
    rules.push(`arp saddr ip != { 0.0.0.0, ${ip} } drop`, `ip saddr != ${ip} drop`);
    // No IPv6 is given out yet, so no source address of it is true. Router advertisements would go the same way.
    rules.push('ether type ip6 drop');
  }
  // Answers of a DHCP server of the guest's own.
  rules.push('udp sport 67 drop');
  return [
    `table netdev ${port.device} {`,
    'chain ingress {',
    `type filter hook ingress device "${port.device}" priority -300; policy accept;`,
    ...rules,
    '}',
    '}',
  ].join('\n');
}

/** Removes a port's table; one that is not there is made first, so that this never fails. */
export function withoutGuard(device: string): string {
  return `add table netdev ${device}\ndelete table netdev ${device}`;
}

/**
 * What instances may reach through the server itself: answers to what came from outside, echo for their gateway, nothing else. So no
 * instance reaches the server's own ports, the bus behind it, or a network of another owner. Networks that a real router serves do not pass here.
 */
export function serverGuard(table: string): string {
  return [
    `add table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    'chain input {',
    'type filter hook input priority -10; policy accept;',
    'iifname "nb*" ct state established,related accept',
    'iifname "nb*" icmp type echo-request accept',
    'iifname "nb*" drop',
    '}',
    'chain forward {',
    'type filter hook forward priority -10; policy accept;',
    'iifname "nb*" ct state established,related accept',
    'iifname "nb*" drop',
    '}',
    '}',
  ].join('\n');
}
