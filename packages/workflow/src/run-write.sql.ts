import type { Next, RunWrite, StepWrite } from './run-store';
import type { Param, RunEvent } from './effects';

/** A statement and its parameters. */
export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
}

/** The one statement of a write: the run's row, the steps' rows, and what the owner puts beside them. */
export function writeStatement(write: RunWrite): Statement {
  const params: unknown[] = [];
  const param: Param = (value) => `$${params.push(value)}`;
  const mine = mineSql(write, param);
  const steps = write.steps.length > 0 ? `, steps AS (${stepsSql(write.steps, param)})` : '';
  const extra = write.effects?.(eventOf(write), param);
  const nextJob =
    write.next.kind === 'end'
      ? `(SELECT n.id FROM vmapi.job n WHERE n.vm = mine.vm AND n.state = 'queued' ORDER BY n.position LIMIT 1)`
      : 'NULL';
  const text = `WITH mine AS (${mine})${steps}${extra ? `, ${extra}` : ''}
    SELECT mine.epoch, mine.generation, mine.wakes, mine.is_cancel_requested, ${nextJob} AS next_job FROM mine`;
  return { text, params };
}

/** The run's row, if it is still ours. Every other part of the statement hangs on this one. */
function mineSql({ run, next }: RunWrite, param: Param): string {
  const isOurs = `id = ${param(run.id)} AND epoch = ${param(run.epoch)}`;
  const answer = 'id, vm, epoch, generation, wakes, cancel_requested_at IS NOT NULL AS is_cancel_requested';
  const update = (set: string, and = ''): string => `UPDATE vmapi.job SET ${set} WHERE ${isOurs}${and} RETURNING ${answer}`;
  switch (next.kind) {
    case 'go-on':
      // Locked, not written: a claim by another waits for this statement, and the row's indexes are left alone.
      return `SELECT ${answer} FROM vmapi.job WHERE ${isOurs} FOR UPDATE`;
    case 'retry':
      return update(`epoch = epoch + 1, due_at = clock_timestamp() + lease_ms * interval '1 millisecond'`);
    case 'park':
      return update(
        `state = ${param(next.state)}, worker = NULL, due_at = ${dueSql(next, run.id, param)}`,
        // What comes in raises `wakes` under the row's lock, so it cannot slip in between reading and parking.
        ` AND wakes = ${param(next.wakes)}`,
      );
    case 'undo':
      return update(
        `state = 'undoing', generation = generation + 1, ends_as = ${param(next.endsAs)}, error = ${param(JSON.stringify(next.error))}::jsonb`,
      );
    case 'end':
      return update(`state = ${param(next.state)}, worker = NULL, ended_at = clock_timestamp(), due_at = 'infinity'`);
  }
}

function dueSql(next: Next & { kind: 'park' }, run: string, param: Param): string {
  if (next.afterMs !== undefined) return `clock_timestamp() + ${param(next.afterMs)}::float8 * interval '1 millisecond'`;
  return `coalesce((SELECT min(s.wake_at) FROM vmapi.job_step s
            WHERE s.job = ${param(run)} AND s.state IN ('started', 'undoing') AND s.outcome IS NULL), clock_timestamp())`;
}

function stepsSql(steps: readonly StepWrite[], param: Param): string {
  const rows = steps.map((s) => ({
    step: s.name,
    position: s.position,
    state: s.state,
    attempts: s.attempts ?? null,
    undo_attempts: s.undoAttempts ?? null,
    output: s.output ?? null,
    error: s.state === 'undoing' && s.isDueAtOnce ? null : (s.error ?? null),
    undo_error: s.state === 'undoing' && s.isDueAtOnce ? (s.error ?? null) : null,
    wait_s: s.isDueAtOnce ? 0 : 5,
  }));
  return `
    INSERT INTO vmapi.job_step AS s (job, step, position, state, attempts, undo_attempts, output, error, undo_error, ended_at, wake_at)
    SELECT mine.id, w.step, w.position, w.state, coalesce(w.attempts, 0), coalesce(w.undo_attempts, 0), w.output, w.error, w.undo_error,
           CASE WHEN w.state IN ('done', 'failed') THEN clock_timestamp() END, clock_timestamp() + w.wait_s * interval '1 second'
      FROM mine, jsonb_to_recordset(${param(JSON.stringify(rows))}::jsonb)
        AS w (step text, position int, state text, attempts int, undo_attempts int, output jsonb, error jsonb, undo_error jsonb, wait_s int)
    ON CONFLICT (job, step) DO UPDATE SET
      state = excluded.state,
      attempts = greatest(s.attempts, excluded.attempts),
      undo_attempts = greatest(s.undo_attempts, excluded.undo_attempts),
      output = coalesce(excluded.output, s.output),
      error = coalesce(excluded.error, s.error),
      undo_error = coalesce(excluded.undo_error, s.undo_error),
      outcome = NULL,
      ended_at = CASE WHEN excluded.state IN ('done', 'failed') THEN clock_timestamp()
                      WHEN excluded.state = 'undoing' AND s.state = 'started' THEN clock_timestamp() ELSE s.ended_at END,
      undo_started_at = CASE WHEN excluded.state = 'undoing' THEN coalesce(s.undo_started_at, clock_timestamp()) ELSE s.undo_started_at END,
      undo_ended_at = CASE WHEN excluded.state = 'undone' THEN clock_timestamp() ELSE s.undo_ended_at END,
      sends = 1,
      wake_at = excluded.wake_at`;
}

function eventOf({ run, steps, next, done }: RunWrite): RunEvent {
  return {
    run: run.id,
    workflow: run.workflow.slice(0, run.workflow.indexOf('@')),
    vm: run.vm,
    input: run.input,
    done,
    recorded: steps.filter((s) => s.state === 'done').map((s) => s.name),
    state: next.kind === 'go-on' || next.kind === 'retry' ? run.state : next.kind === 'undo' ? 'undoing' : next.state,
    error: next.kind === 'undo' ? next.error : run.error,
    generation: next.kind === 'undo' ? run.generation + 1 : run.generation,
  };
}
