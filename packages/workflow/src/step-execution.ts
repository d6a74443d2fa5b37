import { ServiceError, StepKey, TaskId, toServiceError, type TaskOutcome } from '@nereid/contracts';
import { NodeTask, type NodeTaskSender } from './node-task';
import type { ClaimedRun, LoggedError, StepRow } from './run-store';
import type { StepContext } from './step';
import type { AnyStep } from './workflow';

export type Direction = 'do' | 'undo';

/** How one attempt at a step ended. `pending`: a node has it, or may have it. */
export type Attempt =
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed'; readonly error: ServiceError; readonly mayRetry: boolean };

export interface Execution {
  readonly run: ClaimedRun;
  readonly step: AnyStep;
  readonly row: StepRow | undefined;
  readonly direction: Direction;
  readonly done: Readonly<Record<string, unknown>>;
  readonly ports: unknown;
  readonly nodes: NodeTaskSender;
  readonly signal: AbortSignal;
}

/** A task's time to begin, once more over: a node that has not answered by then is given up, and what was begun is undone. */
const graceMs = 60_000;

/** Runs a step or its undo once, or reads what a node has said about it. Never throws. */
export async function attempt(execution: Execution): Promise<Attempt> {
  const { run, row, direction } = execution;
  try {
    if (row?.outcome) return fromOutcome(execution, row.outcome);
    if (run.wasParked && row && !row.isDue) return { kind: 'pending' };
    const answer: unknown = await call(execution);
    if (!(answer instanceof NodeTask)) return direction === 'undo' ? { kind: 'done', output: undefined } : toOutput(execution, answer);
    if (direction === 'do' && row && row.ageMs > answer.notAfterMs + graceMs) {
      return failed(new ServiceError('Timeout', `the server did not answer in time`, { context: { server: answer.server } }), false);
    }
    return await askNode(execution, answer);
  } catch (error) {
    const known = toServiceError(error);
    return failed(known, known.mayRetry);
  }
}

async function call({ run, step, row, direction, done, ports, signal }: Execution): Promise<unknown> {
  const context: StepContext<unknown, unknown, unknown> = {
    input: run.input,
    on: ports,
    done,
    key: StepKey.parse(`${run.id}/${step.name}`),
    run: run.id,
    vm: run.vm,
    generation: run.generation,
    epoch: run.epoch,
    signal,
  };
  return direction === 'do' ? await step.run(context) : await step.undo?.({ ...context, output: row?.output });
}

async function askNode(execution: Execution, task: NodeTask): Promise<Attempt> {
  const { run, step, direction, nodes } = execution;
  const { kind, spec, notAfterMs } = task;
  const taskId = TaskId.parse(`${run.id}/${step.name}/${direction}`);
  try {
    const reply = await nodes.send(task.server, { taskId, kind, generation: run.generation, epoch: run.epoch, notAfterMs, spec });
    return reply.state === 'accepted' ? { kind: 'pending' } : fromOutcome(execution, reply);
  } catch (error) {
    const known = toServiceError(error);
    // Not reached, or no reply: the node may have the task. It is asked again when the step is due.
    return known.mayRetry ? { kind: 'pending' } : failed(known, false);
  }
}

function fromOutcome(execution: Execution, outcome: TaskOutcome): Attempt {
  if (outcome.state === 'failed') return failed(ServiceError.fromWire(outcome.error), outcome.retryable);
  return execution.direction === 'undo' ? { kind: 'done', output: undefined } : toOutput(execution, outcome.result);
}

function toOutput({ step }: Execution, value: unknown): Attempt {
  const parsed = step.output.safeParse(value);
  if (parsed.success) return { kind: 'done', output: parsed.data };
  return failed(
    new ServiceError('InternalError', `step ${step.name} answered something else than it promises`, { cause: parsed.error }),
    false,
  );
}

function failed(error: ServiceError, mayRetry: boolean): Attempt {
  return { kind: 'failed', error, mayRetry };
}

/** The error for the log: what operators need, without stacks of what was to be expected. */
export function loggedError(error: ServiceError, step?: string): LoggedError {
  const cause = error.cause instanceof Error ? { cause: `${error.cause.name}: ${error.cause.message}`.slice(0, 2_000) } : {};
  const context = { ...error.context, ...cause };
  return {
    code: error.code,
    message: error.message,
    ...(step !== undefined && { step }),
    ...(Object.keys(context).length > 0 && { context }),
  };
}
