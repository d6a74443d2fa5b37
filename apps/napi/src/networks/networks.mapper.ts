import type { AccountId, Network, NetworkId, NicTag } from '@nereid/contracts';

/** Columns of `napi.network` as every query here selects them. */
export const networkColumns = `id, name, description, nic_tag, vlan_id, subnet::text AS subnet, host(provision_start) AS provision_start,
  host(provision_end) AS provision_end, host(gateway) AS gateway, ARRAY(SELECT host(r) FROM unnest(resolvers) r) AS resolvers, routes, mtu,
  owner_uuids, is_public, created_at, version`;

export interface NetworkRow {
  id: NetworkId;
  name: string;
  description: string;
  nic_tag: string;
  vlan_id: number;
  subnet: string;
  provision_start: string;
  provision_end: string;
  gateway: string | null;
  resolvers: string[];
  routes: Record<string, string>;
  mtu: number;
  owner_uuids: AccountId[];
  is_public: boolean;
  created_at: Date;
  version: string | number;
}

export function toNetwork(row: NetworkRow): Network {
  return {
    id: row.id,
    name: row.name,
    ...(row.description !== '' && { description: row.description }),
    nicTag: row.nic_tag,
    vlanId: row.vlan_id,
    subnet: row.subnet,
    provisionStart: row.provision_start,
    provisionEnd: row.provision_end,
    ...(row.gateway !== null && { gateway: row.gateway }),
    resolvers: row.resolvers,
    routes: row.routes,
    mtu: row.mtu,
    owners: row.owner_uuids,
    fabric: false,
    public: row.is_public,
    createdAt: row.created_at.toISOString(),
    version: Number(row.version),
  };
}

export interface NicTagRow {
  name: string;
  mtu: number;
  created_at: Date;
}

export function toNicTag(row: NicTagRow): NicTag {
  return { name: row.name, mtu: row.mtu, createdAt: row.created_at.toISOString() };
}
