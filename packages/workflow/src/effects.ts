import type { JobId, VmId } from '@nereid/contracts';

export type EndState = 'succeeded' | 'failed' | 'canceled';

/** One write of a run's log, as the owner of the rows it concerns sees it. */
export interface RunEvent {
  readonly run: JobId;
  readonly workflow: string;
  readonly vm: VmId | undefined;
  readonly input: unknown;
  /** Of the steps done so far; `recorded` are those of this write. */
  readonly done: Readonly<Record<string, unknown>>;
  readonly recorded: readonly string[];
  /** What became of the run: it goes on, begins to undo, waits, or has ended. */
  readonly state: 'running' | 'waiting' | 'undoing' | 'stuck' | EndState;
  /** While undoing and at a bad end. */
  readonly error: { readonly code: string; readonly message: string; readonly step?: string } | undefined;
  readonly generation: number;
}

/** Adds a value to the statement and answers its placeholder, `$n`. */
export type Param = (value: unknown) => string;

/**
 * The owner's own changes, made by the same statement as the log: SQL of common table expressions (`vm AS (UPDATE …), told AS (INSERT …)`,
 * without WITH), or undefined for none. Each must depend on `EXISTS (SELECT FROM mine)`: `mine` is empty when the run was lost to another
 * worker. Rows of vmapi.job and vmapi.job_step are not its business. Texts should be few, since statements are prepared by text.
 */
export type Effects = (event: RunEvent, param: Param) => string | undefined;
