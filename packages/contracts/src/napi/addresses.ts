import { z } from 'zod';
import { AccountId, Mac, NetworkId, VmId } from '../ids';
import { rpc } from '../rpc';
import { PageRequest, Size, pageOf } from '../units';

/** An address of a network that is taken or kept back. `other`: gateway, resolver or broadcast. */
export const NetworkAddress = z.object({
  address: z.ipv4(),
  state: z.enum(['free', 'reserved', 'assigned', 'other']),
  /** Kept back by an operator: never chosen, but may be named. */
  isReserved: z.boolean(),
  mac: Mac.optional(),
  vm: VmId.optional(),
  owner: AccountId.optional(),
});
export type NetworkAddress = z.infer<typeof NetworkAddress>;

/** Addresses of a network that are taken or kept back, ascending. Operators only. @throws ResourceNotFound */
export const listAddresses = rpc({
  subject: 'napi.v1.networks.addresses',
  request: z.object({ ...PageRequest, network: NetworkId }),
  reply: pageOf(NetworkAddress),
  timeoutMs: 5_000,
});

/** How many addresses lie in the range of each network, and how many of them are not to be had. Operators only. */
export const networkUsage = rpc({
  subject: 'napi.v1.networks.usage',
  request: z.object({ ids: z.array(NetworkId).max(1000).optional() }),
  reply: z.object({ networks: z.array(z.object({ network: NetworkId, total: Size, used: Size })) }),
  timeoutMs: 5_000,
});

/** How many networks there are, and the first 50 by name of those that have no address left to give. Operators only. */
export const summariseNetworks = rpc({
  subject: 'napi.v1.networks.summary',
  request: z.object({}),
  reply: z.object({ total: z.number().int(), full: z.array(z.object({ id: NetworkId, name: z.string() })) }),
  timeoutMs: 5_000,
});
