import { netmask, type Network, type NetworkAddress, type Nic, type NicTag, type adminapi } from '@nereid/contracts';

/** How many addresses lie in a network's range, and how many of those are not to be had. */
export interface IpCounts {
  readonly total: number;
  readonly used: number;
}

/** A network in NAPI's words. */
export function toNetworkObject(network: Network, ip_counts: IpCounts): adminapi.NetworkObject {
  return {
    uuid: network.id,
    name: network.name,
    description: network.description,
    nic_tag: network.nicTag,
    vlan_id: network.vlanId,
    family: 'ipv4',
    subnet: network.subnet,
    netmask: netmask(Number(network.subnet.split('/')[1])),
    provision_start_ip: network.provisionStart,
    provision_end_ip: network.provisionEnd,
    gateway: network.gateway,
    resolvers: network.resolvers,
    routes: network.routes,
    mtu: network.mtu,
    owner_uuids: network.owners,
    fabric: network.fabric,
    public: network.public,
    ip_counts,
    created_at: network.createdAt,
    version: network.version,
  };
}

/** An address in NAPI's words. What it is used as besides an instance's follows from the network. */
export function toIpObject(entry: NetworkAddress, network: Network): adminapi.IpObject {
  const { address, state, isReserved, mac, vm, owner } = entry;
  return {
    ip: address,
    network_uuid: network.id,
    reserved: isReserved || state === 'other',
    free: state === 'free',
    ...(vm !== undefined && { belongs_to_type: 'zone' as const, belongs_to_uuid: vm }),
    ...(state === 'other' && { belongs_to_type: 'other' as const, used_as: usedAs(address, network) }),
    owner_uuid: owner,
    mac,
  };
}

function usedAs(address: string, { gateway, resolvers }: Network): string {
  if (address === gateway) return 'gateway';
  return resolvers.includes(address) ? 'resolver' : 'broadcast';
}

export function toNicTagObject({ name, mtu, createdAt }: NicTag): adminapi.NicTagObject {
  return { name, mtu, created_at: createdAt };
}

/** A NIC in NAPI's words. */
export function toNicObject(nic: Nic): adminapi.NicObject {
  return {
    mac: nic.mac,
    ip: nic.ip,
    network_uuid: nic.network,
    nic_tag: nic.nicTag,
    vlan_id: nic.vlanId,
    primary: nic.primary,
    belongs_to_type: 'zone',
    belongs_to_uuid: nic.vm,
    owner_uuid: nic.owner,
    cn_uuid: nic.server,
  };
}
