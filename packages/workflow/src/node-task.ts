import type { NodeTaskKind, NodeTaskResult, NodeTaskSpec, ServerId, TaskId, TaskOutcome } from '@nereid/contracts';

/**
 * One piece of work for one node, as a step's `run` or `undo` answers it instead of doing something itself. The engine gives it its
 * id, generation and epoch, asks the node, waits for the outcome however long that takes, and asks again when nothing comes.
 */
export class NodeTask<K extends NodeTaskKind = NodeTaskKind> {
  constructor(
    readonly server: ServerId,
    readonly kind: K,
    readonly spec: NodeTaskSpec<K>,
    /** How long from receipt the node may still begin it. Ten minutes unless told. */
    readonly notAfterMs = 600_000,
  ) {}

  /** Only for the types: what the step's output is made from. */
  declare readonly result: NodeTaskResult<K>;
}

/** What goes to a node. */
export interface NodeTaskRequest {
  readonly taskId: TaskId;
  readonly kind: NodeTaskKind;
  readonly generation: number;
  readonly epoch: number;
  readonly notAfterMs: number;
  readonly spec: unknown;
}

/**
 * Asks a node, once. A failure to reach it is thrown, and says nothing about whether the node has the task; the engine asks again
 * later with the same id. Provided by the service that has the bus.
 */
export interface NodeTaskSender {
  send(server: ServerId, request: NodeTaskRequest): Promise<TaskOutcome | { state: 'accepted' }>;
}
