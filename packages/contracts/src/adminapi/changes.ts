import { z } from 'zod';
import { feedOwners } from '../rpc';
import { Instant } from '../units';

const ChangeOwner = z.enum(feedOwners);

/** The last `seq` that the client has worked in, of each owner that it knows; for the others the stream begins now. */
export const ChangesHello = z.strictObject({
  type: z.literal('hello'),
  after: z.partialRecord(ChangeOwner, z.number().int().nonnegative()).default({}),
});
export type ChangesHello = z.infer<typeof ChangesHello>;

export const Change = z.object({
  owner: ChangeOwner,
  /** Absent on a hint: it is early and may be missed; the change itself follows. Jobs come as hints only. */
  seq: z.number().int().optional(),
  resource: z.enum(['vm', 'job', 'package', 'server', 'network', 'image', 'account', 'operator']),
  /** `created`, `changed`, `seen`, `reserved`, `destroyed`, `deleted`, … */
  event: z.string(),
  uuid: z.string(),
  version: z.number().int().optional(),
  /** State after the change, where the resource has one and it is known. */
  state: z.string().optional(),
  /** Of a job: the instance that it works on. */
  vm_uuid: z.string().optional(),
  at: Instant.optional(),
});
export type Change = z.infer<typeof Change>;

const Heads = z.partialRecord(ChangeOwner, z.number().int());

export const ChangesMessage = z.discriminatedUnion('type', [
  /** Everything after `heads` will follow. `resync`: owners of which changes were missed for good; read their objects again. */
  z.object({ type: z.literal('ready'), heads: Heads, resync: z.array(ChangeOwner) }),
  z.object({ type: z.literal('changes'), changes: z.array(Change).max(500) }),
  /** Changes of this owner were missed for good; read its objects again and go on from `head`. */
  z.object({ type: z.literal('resync'), owner: ChangeOwner, head: z.number().int() }),
  z.object({ type: z.literal('heartbeat'), at: Instant, heads: Heads }),
]);
export type ChangesMessage = z.infer<typeof ChangesMessage>;
