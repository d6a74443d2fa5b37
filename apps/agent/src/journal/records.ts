import { NodeTaskKind, TaskId, TaskOutcome, VmId } from '@nereid/contracts';
import { z } from 'zod';

/** A task as accepted. `atMs` is wall time, for what must outlive the process: people, and how long to keep it. */
export const AcceptedTask = z.object({
  taskId: TaskId,
  kind: NodeTaskKind,
  vm: VmId,
  generation: z.number().int(),
  epoch: z.number().int(),
  notAfterMs: z.number(),
  atMs: z.number(),
  /** Gone once the task has ended: it holds customers' metadata. */
  spec: z.unknown().optional(),
});
export type AcceptedTask = z.infer<typeof AcceptedTask>;

/** The highest (generation, epoch) seen for an instance; `applied`: the highest generation that a task completed with. */
export const Fence = z.object({
  vm: VmId,
  generation: z.number().int(),
  epoch: z.number().int(),
  applied: z.number().int(),
  /** When the instance was removed: the fence is a tombstone since then. */
  goneAtMs: z.number().optional(),
});
export type Fence = z.infer<typeof Fence>;

export const JournalRecord = z.discriminatedUnion('t', [
  z.object({ t: z.literal('boot'), boot: z.number().int() }),
  z.object({ t: z.literal('task'), task: AcceptedTask }),
  z.object({ t: z.literal('step'), id: TaskId, step: z.string() }),
  z.object({ t: z.literal('outcome'), id: TaskId, outcome: TaskOutcome, atMs: z.number() }),
  z.object({ t: z.literal('acknowledged'), id: TaskId }),
  z.object({ t: z.literal('fence'), fence: Fence }),
]);
export type JournalRecord = z.infer<typeof JournalRecord>;
