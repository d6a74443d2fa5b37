import { z } from 'zod';
import { AccountId, NetworkId } from '../ids';
import { hint, rpc } from '../rpc';
import { Instant } from '../units';

export const NicTagName = z.string().regex(/^[a-zA-Z0-9_]{1,31}$/, 'must be 1 to 31 letters, digits and _');

export const NicTag = z.object({ name: NicTagName, mtu: z.number().int().min(1500).max(9000), createdAt: Instant });
export type NicTag = z.infer<typeof NicTag>;

/** A network as its operator sees it. An empty `owners` means that every account may use it. */
export const Network = z.object({
  id: NetworkId,
  name: z.string().min(1).max(64),
  description: z.string().max(64).optional(),
  nicTag: NicTagName,
  vlanId: z.number().int().min(0).max(4094),
  subnet: z.cidrv4(),
  provisionStart: z.ipv4(),
  provisionEnd: z.ipv4(),
  gateway: z.ipv4().optional(),
  resolvers: z.array(z.ipv4()),
  routes: z.record(z.string(), z.string()).default({}),
  mtu: z.number().int().min(576).max(9000),
  owners: z.array(AccountId),
  fabric: z.boolean(),
  /** Reachable from outside the datacenter: `external` NIC tag or a configured one. */
  public: z.boolean(),
  createdAt: Instant,
  version: z.number().int(),
});
export type Network = z.infer<typeof Network>;

/** Makes a NIC tag; the same name and MTU again answers the one that is there. */
export const createNicTag = rpc({
  subject: 'napi.v1.nic-tags.create',
  request: z.object({ name: NicTagName, mtu: z.number().int().min(1500).max(9000).default(1500) }),
  reply: NicTag,
  timeoutMs: 5_000,
});

export const listNicTags = rpc({
  subject: 'napi.v1.nic-tags.list',
  request: z.object({}),
  reply: z.object({ nicTags: z.array(NicTag) }),
  timeoutMs: 3_000,
});

/**
 * Makes a network. @throws ValidationFailed naming the field: host bits in the subnet, range or gateway outside it, unknown NIC tag
 * @throws InUse the name is taken or the subnet overlaps another's on the same tag and VLAN
 */
export const createNetwork = rpc({
  subject: 'napi.v1.networks.create',
  request: z.object({
    id: NetworkId.optional(),
    name: z.string().min(1).max(64),
    description: z.string().max(64).optional(),
    nicTag: NicTagName,
    vlanId: z.number().int().min(0).max(4094).default(0),
    subnet: z.cidrv4(),
    provisionStart: z.ipv4(),
    provisionEnd: z.ipv4(),
    gateway: z.ipv4().optional(),
    resolvers: z.array(z.ipv4()).max(4).default([]),
    mtu: z.number().int().min(576).max(9000).default(1500),
    owners: z.array(AccountId).default([]),
  }),
  reply: Network,
  timeoutMs: 5_000,
});

/** One network. `account`: as that account sees it. @throws ResourceNotFound absent, or another's */
export const getNetwork = rpc({
  subject: 'napi.v1.networks.get',
  request: z.object({ id: NetworkId, account: AccountId.optional() }),
  reply: Network,
  timeoutMs: 3_000,
});

/** Networks by name. With `account` only those it may use. `ids` narrows to some. */
export const listNetworks = rpc({
  subject: 'napi.v1.networks.list',
  request: z.object({ account: AccountId.optional(), ids: z.array(NetworkId).max(1000).optional() }),
  reply: z.object({ networks: z.array(Network) }),
  timeoutMs: 3_000,
});

/** Deletes a network that nothing uses. @throws InUse it has addresses in use @throws ResourceNotFound */
export const deleteNetwork = rpc({
  subject: 'napi.v1.networks.delete',
  request: z.object({ id: NetworkId }),
  reply: z.object({}),
  timeoutMs: 5_000,
});

/** A network changed; caches drop it. */
export const networkHint = hint('napi', 'networks', z.object({ network: NetworkId }));
