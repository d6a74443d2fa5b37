import type { JobId, TaskOutcome, VmId } from '@nereid/contracts';
import type { Effects, EndState } from './effects';

export type StepState = 'started' | 'done' | 'failed' | 'undoing' | 'undone';

/** An error as the log keeps it; `context` is for operators. */
export interface LoggedError {
  readonly code: string;
  readonly message: string;
  readonly step?: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** A step that has started, as the log has it. */
export interface StepRow {
  readonly name: string;
  readonly position: number;
  readonly state: StepState;
  readonly attempts: number;
  readonly undoAttempts: number;
  /** Nothing came from the node in time: ask again. */
  readonly isDue: boolean;
  /** Since the step, or its undo, began. */
  readonly ageMs: number;
  /** What a node said and the run has not read yet. */
  readonly outcome?: TaskOutcome | undefined;
  readonly output?: unknown;
}

/** A run in the hands of one worker. */
export interface ClaimedRun {
  readonly id: JobId;
  /** `name@version` */
  readonly workflow: string;
  readonly vm: VmId | undefined;
  readonly input: unknown;
  readonly generation: number;
  readonly epoch: number;
  readonly state: 'running' | 'undoing';
  /** It was waiting, so what has started has been asked for; otherwise its last holder may have died anywhere. */
  readonly wasParked: boolean;
  readonly isCancelRequested: boolean;
  readonly wakes: number;
  readonly endsAs: 'failed' | 'canceled' | undefined;
  /** Why it is being undone. */
  readonly error: LoggedError | undefined;
  readonly steps: readonly StepRow[];
}

/** A change of one step's row. */
export interface StepWrite {
  readonly name: string;
  readonly position: number;
  readonly state: StepState;
  readonly attempts?: number;
  readonly undoAttempts?: number;
  readonly output?: unknown;
  readonly error?: LoggedError;
  /** Whoever claims the run next is to do this again, and not to wait for a node's word. */
  readonly isDueAtOnce?: boolean;
}

/** What becomes of the run with a write. */
export type Next =
  | { readonly kind: 'go-on' }
  /** Once more, under a new epoch, so that a node that failed the task does it again. */
  | { readonly kind: 'retry' }
  /** Let go of it until something comes in, at the latest when the earliest task is due, or after `afterMs`. */
  | { readonly kind: 'park'; readonly state: 'waiting' | 'undoing' | 'stuck'; readonly wakes: number; readonly afterMs?: number }
  | { readonly kind: 'undo'; readonly endsAs: 'failed' | 'canceled'; readonly error: LoggedError }
  | { readonly kind: 'end'; readonly state: EndState };

/** One statement: all of it, or nothing when the run is no longer `epoch`'s. */
export interface RunWrite {
  readonly run: ClaimedRun;
  readonly steps: readonly StepWrite[];
  readonly next: Next;
  /** Outputs of all steps done, those of this write included. */
  readonly done: Readonly<Record<string, unknown>>;
  readonly effects: Effects | undefined;
}

export interface Written {
  readonly epoch: number;
  readonly generation: number;
  readonly wakes: number;
  readonly isCancelRequested: boolean;
  /** At the end of a run: the next job waiting on the same instance. */
  readonly nextJob: JobId | undefined;
}

/** Where runs are kept. */
export interface RunStore {
  /** `undefined`: nothing was written, because the run is another's by now or, when parking, because something came in meanwhile. */
  write(write: RunWrite): Promise<Written | undefined>;
  /** The run as it is now; undefined when it is no longer ours. */
  reload(run: ClaimedRun): Promise<ClaimedRun | undefined>;
}
