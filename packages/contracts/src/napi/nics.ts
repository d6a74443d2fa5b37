import { z } from 'zod';
import { NicSpec } from '../agent/instance-spec';
import { AccountId, NetworkId, ServerId, StepKey, VmId } from '../ids';
import { rpc } from '../rpc';

/** One NIC asked for: a network, and an address of it or whichever is free. */
export const NicWant = z.object({ network: NetworkId, ip: z.ipv4().optional(), primary: z.boolean().optional() });
export type NicWant = z.infer<typeof NicWant>;

/** A NIC that an instance has. */
export const Nic = NicSpec.extend({ vm: VmId, owner: AccountId, server: ServerId.optional() });
export type Nic = z.infer<typeof Nic>;

/**
 * Reserves NICs with MAC and address for an instance, in the order wanted; all of them or none. Safe to repeat: the same `key` answers
 * the same NICs. The first is primary unless another says so.
 * @throws Fenced the key was released already
 * @throws SubnetFull a network has no free address; the message names it
 * @throws InUse an address asked for is taken
 * @throws ResourceNotFound a network is absent or not the owner's to use
 */
export const reserveNics = rpc({
  subject: 'napi.v1.nics.reserve',
  request: z.object({ key: StepKey, vm: VmId, owner: AccountId, nics: z.array(NicWant).max(32) }),
  reply: z.object({ nics: z.array(NicSpec) }),
  timeoutMs: 5_000,
});

/** Gives back what `key` reserved, and fences the key: a `reserve` that arrives later is refused. Safe to repeat. */
export const releaseNics = rpc({
  subject: 'napi.v1.nics.release',
  request: z.object({ key: StepKey }),
  reply: z.object({ released: z.number().int() }),
  timeoutMs: 5_000,
});

/** Gives back all NICs of an instance that its node has proved absent. Safe to repeat. */
export const releaseVmNics = rpc({
  subject: 'napi.v1.nics.release-vm',
  request: z.object({ vm: VmId }),
  reply: z.object({ released: z.number().int() }),
  timeoutMs: 5_000,
});

/** NICs of some instances, by instance and slot. */
export const listNics = rpc({
  subject: 'napi.v1.nics.list',
  request: z.object({ vms: z.array(VmId).max(1000).optional(), network: NetworkId.optional() }),
  reply: z.object({ nics: z.array(Nic) }),
  timeoutMs: 5_000,
});
