import { z } from 'zod';
import { AccountId, NetworkId, ServerId, VmId } from '../ids';
import { NicTagName } from '../napi/networks';
import { Instant, Size } from '../units';
import { route } from './route';
import { NetworkParams, Page, listOf, pageHeaders } from './wire-values';

/** A network. Source: NAPI, network object. */
export const NetworkObject = z.object({
  uuid: NetworkId,
  name: z.string(),
  description: z.string().optional(),
  nic_tag: z.string(),
  vlan_id: z.number().int(),
  family: z.literal('ipv4'),
  subnet: z.string(),
  netmask: z.string(),
  provision_start_ip: z.string(),
  provision_end_ip: z.string(),
  gateway: z.string().optional(),
  resolvers: z.array(z.string()),
  routes: z.record(z.string(), z.string()),
  mtu: z.number().int(),
  /** Empty: every account may use it. */
  owner_uuids: z.array(AccountId),
  fabric: z.boolean(),
  public: z.boolean(),
  /** Addresses between `provision_start_ip` and `provision_end_ip`, and how many of those are taken. */
  ip_counts: z.object({ total: Size, used: Size }),
  created_at: Instant,
  version: z.number().int(),
});
export type NetworkObject = z.infer<typeof NetworkObject>;

export const listNetworks = route({
  name: 'ListNetworks',
  method: 'GET',
  path: '/napi/networks',
  summary: 'Lists networks by name.',
  query: z.strictObject({ uuids: listOf(NetworkId, 500).optional(), provisionable_by: AccountId.optional() }),
  reply: z.array(NetworkObject),
});

export const getNetwork = route({
  name: 'GetNetwork',
  method: 'GET',
  path: '/napi/networks/:uuid',
  summary: 'Shows one network.',
  params: NetworkParams,
  reply: NetworkObject,
  etag: 'shows',
  errors: ['ResourceNotFound'],
});

export const createNetwork = route({
  name: 'CreateNetwork',
  method: 'POST',
  path: '/napi/networks',
  summary: 'Makes a network.',
  body: z.strictObject({
    uuid: NetworkId.optional(),
    name: z.string().min(1).max(64),
    description: z.string().max(64).optional(),
    nic_tag: NicTagName,
    vlan_id: z.number().int().min(0).max(4094).optional(),
    subnet: z.cidrv4(),
    provision_start_ip: z.ipv4(),
    provision_end_ip: z.ipv4(),
    gateway: z.ipv4().optional(),
    resolvers: z.array(z.ipv4()).max(4).optional(),
    mtu: z.number().int().min(576).max(9000).optional(),
    owner_uuids: z.array(AccountId).optional(),
  }),
  reply: NetworkObject,
  status: 201,
  errors: ['InUse'],
});

export const deleteNetwork = route({
  name: 'DeleteNetwork',
  method: 'DELETE',
  path: '/napi/networks/:uuid',
  summary: 'Deletes a network that nothing uses.',
  params: NetworkParams,
  errors: ['ResourceNotFound', 'InUse'],
});

/** An address that is taken, or kept back. Source: NAPI, IP object. */
export const IpObject = z.object({
  ip: z.string(),
  network_uuid: NetworkId,
  /** Kept back: gateway, resolver, outside the range, or set so by an operator. */
  reserved: z.boolean(),
  free: z.boolean(),
  belongs_to_type: z.enum(['zone', 'other']).optional(),
  belongs_to_uuid: z.string().optional(),
  owner_uuid: AccountId.optional(),
  mac: z.string().optional(),
  /** For what is not an instance: `gateway`, `resolver`, `broadcast`. */
  used_as: z.string().optional(),
});
export type IpObject = z.infer<typeof IpObject>;

export const listNetworkIps = route({
  name: 'ListNetworkIps',
  method: 'GET',
  path: '/napi/networks/:uuid/ips',
  summary: 'Lists the addresses of a network that are taken or kept back, ascending; all others of its range are free.',
  params: NetworkParams,
  query: z.strictObject({ ...Page }),
  reply: z.array(IpObject),
  headers: pageHeaders,
  errors: ['ResourceNotFound'],
});

export const NicTagObject = z.object({ name: z.string(), mtu: z.number().int(), created_at: Instant });
export type NicTagObject = z.infer<typeof NicTagObject>;

export const listNicTags = route({
  name: 'ListNicTags',
  method: 'GET',
  path: '/napi/nic_tags',
  summary: 'Lists NIC tags by name.',
  reply: z.array(NicTagObject),
});

export const createNicTag = route({
  name: 'CreateNicTag',
  method: 'POST',
  path: '/napi/nic_tags',
  summary: 'Makes a NIC tag; the same name and MTU again answers the one that is there.',
  body: z.strictObject({ name: NicTagName, mtu: z.number().int().min(1500).max(9000).optional() }),
  reply: NicTagObject,
  status: 201,
  errors: ['InUse'],
});

/** A NIC of an instance. Source: NAPI, NIC object. */
export const NicObject = z.object({
  mac: z.string(),
  ip: z.string(),
  network_uuid: NetworkId,
  nic_tag: z.string(),
  vlan_id: z.number().int(),
  primary: z.boolean(),
  belongs_to_type: z.literal('zone'),
  belongs_to_uuid: VmId,
  owner_uuid: AccountId,
  cn_uuid: ServerId.optional(),
});
export type NicObject = z.infer<typeof NicObject>;

export const listNics = route({
  name: 'ListNics',
  method: 'GET',
  path: '/napi/nics',
  summary: 'Lists NICs of some instances or of a network; one of the two must be given.',
  query: z
    .strictObject({ belongs_to_uuid: listOf(VmId, 500).optional(), network_uuid: NetworkId.optional() })
    .refine((query) => query.belongs_to_uuid !== undefined || query.network_uuid !== undefined, 'needs belongs_to_uuid or network_uuid'),
  reply: z.array(NicObject),
});
