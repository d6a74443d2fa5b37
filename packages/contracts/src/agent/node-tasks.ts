import { z } from 'zod';
import { WireError } from '../errors';
import { TaskId, VmId } from '../ids';
import { nodeReport, nodeRpc } from '../rpc';
import { InstanceSeen } from './instance-seen';
import { InstanceSpec } from './instance-spec';

const Seen = z.object({ seen: InstanceSeen });

/** Stop gently for so long, then kill. 0 kills at once. */
const StopTimeoutMs = z.number().int().min(0).max(600_000).default(60_000);

/** Everything an agent can be asked to do, by kind: what it is given and what it answers. All are safe to repeat. */
export const nodeTaskKinds = {
  /** Makes the instance as wanted and starts it: image, clone, ports, limits, metadata, boot. Done when it runs. */
  'instance.ensure': {
    spec: z.object({ instance: InstanceSpec, start: z.boolean().default(true) }),
    result: Seen.extend({ imagePulled: z.boolean().default(false), stepMs: z.record(z.string(), z.number()).default({}) }),
  },
  /** Applies metadata, tags, names and limits to an instance without restarting it. */
  'instance.update': { spec: z.object({ instance: InstanceSpec }), result: Seen },
  /** Starts a stopped instance with the wanted state given. A running one counts as done. */
  'instance.start': { spec: z.object({ instance: InstanceSpec }), result: Seen },
  /** Stops it. A stopped one counts as done. */
  'instance.stop': { spec: z.object({ id: VmId, timeoutMs: StopTimeoutMs }), result: Seen },
  /** Stops and starts it; done when it runs again. */
  'instance.reboot': { spec: z.object({ instance: InstanceSpec, timeoutMs: StopTimeoutMs }), result: Seen },
  /** Leaves nothing of it and proves it: the pool asked and a complete look around. An absent one counts as done. */
  'instance.remove': { spec: z.object({ id: VmId }), result: z.object({ id: VmId, absent: z.literal(true), poolId: z.string() }) },
} as const;

export type NodeTaskKind = keyof typeof nodeTaskKinds;
export const NodeTaskKind = z.enum(Object.keys(nodeTaskKinds) as [NodeTaskKind, ...NodeTaskKind[]]);
export type NodeTaskSpec<K extends NodeTaskKind> = z.infer<(typeof nodeTaskKinds)[K]['spec']>;
export type NodeTaskResult<K extends NodeTaskKind> = z.infer<(typeof nodeTaskKinds)[K]['result']>;

/** The instance that a task works on: fences and the per-instance lock go by it. */
export function instanceOfTask(kind: NodeTaskKind, spec: unknown): VmId {
  const some = spec as { id?: VmId; instance?: { id: VmId } };
  const id = some.instance?.id ?? some.id;
  if (id === undefined) throw new Error(`a task of kind ${kind} names no instance`);
  return id;
}

/** How a task ended: the result of its kind, or what went wrong. */
export const TaskOutcome = z.discriminatedUnion('state', [
  z.object({ state: z.literal('done'), result: z.unknown() }),
  z.object({ state: z.literal('failed'), error: WireError, retryable: z.boolean() }),
]);
export type TaskOutcome = z.infer<typeof TaskOutcome>;

/**
 * Asks an agent for one task. The agent has the task in its journal, on disk, before it acts. It answers with the outcome when that
 * comes within 1.5 s, else `accepted`, and then says {@link taskFinished} until acknowledged. The same `taskId` again is answered from
 * the journal. `generation` and `epoch` fence: lower than the node has seen for the instance is refused with `Fenced`.
 */
export const taskRun = nodeRpc({
  verb: 'task.run',
  request: z.object({
    taskId: TaskId,
    kind: NodeTaskKind,
    generation: z.number().int().nonnegative(),
    epoch: z.number().int().nonnegative(),
    /** How long from receipt the node may still begin this, ms; counted on the node's own monotonic clock. */
    notAfterMs: z.number().int().positive(),
    spec: z.unknown(),
  }),
  reply: z.union([z.object({ state: z.literal('accepted') }), TaskOutcome]),
  timeoutMs: 3_000,
});

/** Asks an agent to give a task up. It ends as failed with `Conflict` when it had not acted, otherwise as it ends. */
export const taskCancel = nodeRpc({
  verb: 'task.cancel',
  request: z.object({ taskId: TaskId }),
  reply: z.object({ known: z.boolean() }),
  timeoutMs: 3_000,
});

/** A task's outcome, said again until acknowledged. Safe to repeat. */
export const taskFinished = nodeReport({
  what: 'task.finished',
  body: z.object({ taskId: TaskId, outcome: TaskOutcome }),
  reply: z.object({ recorded: z.literal(true) }),
});
