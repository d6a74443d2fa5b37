import type { TaskId } from '@nereid/contracts';
import type { Clock } from '@nereid/ports';

/** A moment on the node's monotonic clock by which work must be over. */
export interface Deadline {
  /** Milliseconds left; 0 when it has passed. */
  remainingMs(): number;
}

/**
 * Who asks, and until when. Passed to everything that changes something. Refusing what is older than the node has seen is the agent's
 * work; drivers may stamp what they make with these numbers. `signal` is aborted at the deadline and when the agent stops: a driver ends
 * its programs then and throws.
 */
export interface TaskContext {
  readonly taskId: TaskId;
  readonly generation: number;
  readonly epoch: number;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

/** A deadline `ms` from now. */
export function deadlineIn(clock: Clock, ms: number): Deadline {
  const at = clock.monotonicMs() + ms;
  return { remainingMs: () => Math.max(0, at - clock.monotonicMs()) };
}
