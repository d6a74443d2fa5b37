import type { Nic, NicSpec } from '@nereid/contracts';

/** A NIC joined to its network, as every query here selects it. */
export const nicColumns = `c.slot, c.mac::text AS mac, c.vm, c.owner, c.network_id, host(c.address) AS ip, c.is_primary, c.allow_mac_spoofing,
  c.allow_ip_spoofing, n.nic_tag, n.vlan_id, masklen(n.subnet) AS prefix_length, host(n.gateway) AS gateway,
  ARRAY(SELECT host(r) FROM unnest(n.resolvers) r) AS resolvers, n.mtu`;

export interface NicRow {
  slot: number;
  mac: NicSpec['mac'];
  vm: Nic['vm'];
  owner: Nic['owner'];
  network_id: NicSpec['network'];
  ip: string;
  is_primary: boolean;
  allow_mac_spoofing: boolean;
  allow_ip_spoofing: boolean;
  nic_tag: string;
  vlan_id: number;
  prefix_length: number;
  gateway: string | null;
  resolvers: string[];
  mtu: number;
}

export function toNicSpec(row: NicRow): NicSpec {
  return {
    slot: row.slot,
    mac: row.mac,
    network: row.network_id,
    nicTag: row.nic_tag,
    vlanId: row.vlan_id,
    ip: row.ip,
    prefixLength: row.prefix_length,
    ...(row.gateway !== null && { gateway: row.gateway }),
    resolvers: row.resolvers,
    primary: row.is_primary,
    mtu: row.mtu,
    allowMacSpoofing: row.allow_mac_spoofing,
    allowIpSpoofing: row.allow_ip_spoofing,
  };
}

export function toNic(row: NicRow): Nic {
  return { ...toNicSpec(row), vm: row.vm, owner: row.owner };
}
