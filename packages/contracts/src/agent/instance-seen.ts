import { z } from 'zod';
import { VmId } from '../ids';

/** What a node sees of an instance. `absent` is said only with proof: the pool is known and the inventory was complete. */
export const SeenState = z.enum(['provisioning', 'running', 'stopping', 'stopped', 'failed', 'absent', 'unknown']);
export type SeenState = z.infer<typeof SeenState>;

/** Something that holds of an instance but should not: a limit that this server cannot enforce, a dataset that would not go. */
export const Condition = z.object({ kind: z.enum(['degraded', 'leftover', 'pending-reboot']), what: z.string(), reason: z.string() });
export type Condition = z.infer<typeof Condition>;

export const InstanceSeen = z.object({
  id: VmId,
  state: SeenState,
  /** The highest generation of wanted state that the node has applied. */
  generation: z.number().int().nonnegative(),
  startedAt: z.iso.datetime().optional(),
  exitedAt: z.iso.datetime().optional(),
  exitCode: z.number().int().optional(),
  /** The init process as the server numbers it. */
  pid: z.number().int().optional(),
  conditions: z.array(Condition).default([]),
});
export type InstanceSeen = z.infer<typeof InstanceSeen>;
