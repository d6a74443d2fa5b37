import { TaskOutcome, type JobId, type JobState, type VmId } from '@nereid/contracts';
import { violates, type OwnerPool, type Row } from '@nereid/database';
import type { ClaimedRun, LoggedError, RunStore, RunWrite, StepRow, Written } from './run-store';
import { writeStatement } from './run-write.sql';

const unfinished = `('queued', 'running', 'waiting', 'undoing', 'stuck')`;

// A queued job runs when it is the first of its instance; the index job_one_active stands behind this.
const isItsTurn = `(j.state <> 'queued' OR j.vm IS NULL OR NOT EXISTS (
  SELECT FROM vmapi.job o WHERE o.vm = j.vm AND o.id <> j.id
     AND (o.state IN ('running', 'waiting', 'undoing', 'stuck') OR (o.state = 'queued' AND o.position < j.position))))`;

const stepsOf = (job: string): string => `(
  SELECT jsonb_agg(jsonb_build_object(
           'name', s.step, 'position', s.position, 'state', s.state, 'attempts', s.attempts, 'undoAttempts', s.undo_attempts,
           'isDue', s.wake_at <= now(), 'outcome', s.outcome, 'output', s.output,
           'ageMs', extract(epoch FROM now() - coalesce(s.undo_started_at, s.started_at)) * 1000) ORDER BY s.position)
    FROM vmapi.job_step s WHERE s.job = ${job})`;

const runColumns = (t: string): string =>
  `${t}.id, ${t}.workflow, ${t}.workflow_version, ${t}.vm, ${t}.input, ${t}.generation, ${t}.epoch, ${t}.state, ${t}.wakes,
   ${t}.cancel_requested_at IS NOT NULL AS is_cancel_requested, ${t}.ends_as, ${t}.error, ${t}.first_steps`;

/** Takes runs for a worker. What is due to be asked again of a node gets its next time in the same statement. */
function claimSql(which: string): string {
  return `
  WITH candidate AS (
    SELECT j.id, j.state AS was, j.worker IS NULL AS was_parked FROM vmapi.job j
     WHERE j.state IN ${unfinished} AND j.due_at <= now() AND j.workflow || '@' || j.workflow_version = ANY ($1::text[]) AND ${isItsTurn}
       AND ${which}
  ), claimed AS (
    UPDATE vmapi.job j SET epoch = j.epoch + 1, worker = $2, lease_ms = $3::int, started_at = coalesce(j.started_at, now()),
           due_at = clock_timestamp() + $3::int * interval '1 millisecond',
           state = CASE j.state WHEN 'queued' THEN 'running' WHEN 'waiting' THEN 'running' WHEN 'stuck' THEN 'undoing' ELSE j.state END
      FROM candidate c WHERE j.id = c.id
    RETURNING ${runColumns('j')}, c.was, c.was_parked
  ), asked AS (
    UPDATE vmapi.job_step s SET sends = s.sends + 1, wake_at = clock_timestamp() + least(60, 5 * 2 ^ least(s.sends, 5)) * interval '1 second'
      FROM claimed c WHERE s.job = c.id AND s.state IN ('started', 'undoing') AND s.outcome IS NULL AND s.wake_at <= now()
  )
  SELECT claimed.*, ${stepsOf('claimed.id')} AS steps FROM claimed`;
}

const claimOne = claimSql('j.id = $4 FOR UPDATE');
const claimDue = claimSql('true ORDER BY j.due_at LIMIT $4 FOR UPDATE SKIP LOCKED');

/** Runs in PostgreSQL. */
export class JobRepository implements RunStore {
  constructor(
    private readonly pool: OwnerPool,
    private readonly worker: string,
    private readonly leaseMs: number,
  ) {}

  /** Takes one run, if anybody may and it is one of `workflows` (`name@version`). */
  claim(id: JobId, workflows: readonly string[]): Promise<ClaimedRun | undefined> {
    return this.#unlessTaken(() => this.pool.maybe(claimOne, [workflows, this.worker, this.leaseMs, id], toRun), undefined);
  }

  /** Takes up to `limit` runs that are due, oldest first. */
  claimDue(limit: number, workflows: readonly string[]): Promise<ClaimedRun[]> {
    return this.#unlessTaken(() => this.pool.many(claimDue, [workflows, this.worker, this.leaseMs, limit], toRun), []);
  }

  async write(write: RunWrite): Promise<Written | undefined> {
    const { text, params } = writeStatement(write);
    return this.pool.maybe(text, params, (row) => ({
      epoch: row.epoch,
      generation: row.generation,
      wakes: row.wakes,
      isCancelRequested: row.is_cancel_requested,
      nextJob: row.next_job ?? undefined,
    }));
  }

  reload(run: ClaimedRun): Promise<ClaimedRun | undefined> {
    return this.pool.maybe(
      `SELECT ${runColumns('j')}, j.state AS was, false AS was_parked, ${stepsOf('j.id')} AS steps FROM vmapi.job j WHERE j.id = $1 AND j.epoch = $2`,
      [run.id, run.epoch],
      toRun,
    );
  }

  /** Keeps the runs for another lease; answers those that are still this worker's. */
  renew(held: readonly { id: JobId; epoch: number }[]): Promise<JobId[]> {
    return this.pool.many(
      `UPDATE vmapi.job j SET due_at = clock_timestamp() + $3::int * interval '1 millisecond'
         FROM unnest($1::uuid[], $2::int[]) AS held (id, epoch)
        WHERE j.id = held.id AND j.epoch = held.epoch AND j.worker = $4 RETURNING j.id`,
      [held.map((h) => h.id), held.map((h) => h.epoch), this.leaseMs, this.worker],
      (row) => row.id as JobId,
    );
  }

  /** Lets go of runs in the middle of what they do, so that another worker need not wait for the lease. */
  async release(held: readonly { id: JobId; epoch: number }[]): Promise<void> {
    await this.pool.exec(
      `UPDATE vmapi.job j SET due_at = clock_timestamp(), epoch = j.epoch + 1 FROM unnest($1::uuid[], $2::int[]) AS held (id, epoch)
        WHERE j.id = held.id AND j.epoch = held.epoch AND j.state IN ('running', 'undoing')`,
      [held.map((h) => h.id), held.map((h) => h.epoch)],
    );
  }

  /**
   * Shows a run that nobody can drive to operators. It is due again in a minute and undoes what it began, under a newer generation. False: it
   * is another worker's by now.
   */
  async stick(id: JobId, epoch: number, error: LoggedError): Promise<boolean> {
    const changed = await this.pool.exec(
      `UPDATE vmapi.job SET state = 'stuck', worker = NULL, due_at = clock_timestamp() + interval '1 minute', ends_as = coalesce(ends_as, 'failed'),
              error = coalesce(error, $3::jsonb), generation = generation + CASE state WHEN 'running' THEN 1 ELSE 0 END
        WHERE id = $1 AND epoch = $2 AND state IN ('running', 'undoing')`,
      [id, epoch, JSON.stringify(error)],
    );
    return changed > 0;
  }

  /** Deletes jobs that ended 90 days ago or earlier, a thousand at most. Answers how many. */
  prune(): Promise<number> {
    return this.pool.exec(
      `DELETE FROM vmapi.job WHERE id IN (SELECT id FROM vmapi.job WHERE ended_at < now() - interval '90 days' ORDER BY ended_at LIMIT 1000)`,
    );
  }

  // Two claims of two jobs of one instance at once: the index lets one through, the other has its turn later.
  async #unlessTaken<T>(claim: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await claim();
    } catch (error) {
      if (violates(error, 'job_one_active')) return otherwise;
      throw error;
    }
  }
}

/**
 * Writes what a node said about a task into its step and makes the run due. False when nobody waits for it any more, which is as good
 * as recorded: the node may forget it. Safe to repeat.
 */
export function recordOutcome(
  pool: OwnerPool,
  task: { run: string; step: string; direction: 'do' | 'undo' },
  outcome: TaskOutcome,
): Promise<boolean> {
  return pool
    .maybe(
      // The run's row is locked first: parking, which looks at `wakes`, comes before or after this as a whole.
      `WITH run AS (
         SELECT id FROM vmapi.job WHERE id = $1 AND state IN ${unfinished} FOR UPDATE
       ), step AS (
         UPDATE vmapi.job_step s SET outcome = $4 FROM run
          WHERE s.job = run.id AND s.step = $2 AND s.state = $3 AND s.outcome IS NULL RETURNING s.job
       )
       UPDATE vmapi.job j SET wakes = j.wakes + 1, due_at = CASE WHEN j.worker IS NULL THEN now() ELSE j.due_at END
         FROM step WHERE j.id = step.job RETURNING j.id`,
      [task.run, task.step, task.direction === 'do' ? 'started' : 'undoing', JSON.stringify(outcome)],
    )
    .then((row) => row !== undefined);
}

/** Asks a run to stop. Answers its state now; undefined when there is no such job. Safe to repeat. */
export function requestCancel(pool: OwnerPool, id: JobId): Promise<JobState | undefined> {
  return pool.maybe(
    `WITH asked AS (
       UPDATE vmapi.job SET cancel_requested_at = coalesce(cancel_requested_at, now()), wakes = wakes + 1,
              due_at = CASE WHEN worker IS NULL THEN least(due_at, now()) ELSE due_at END
        WHERE id = $1 AND state IN ('queued', 'running', 'waiting')
     )
     SELECT state FROM vmapi.job WHERE id = $1`,
    [id],
    (row) => row.state as JobState,
  );
}

/** Makes a stuck or waiting run due at once, and what it waits for to be asked again. False when it is not waiting for anything. */
export async function makeDue(pool: OwnerPool, id: JobId): Promise<boolean> {
  const changed = await pool.exec(
    `WITH run AS (
       UPDATE vmapi.job SET due_at = now(), wakes = wakes + 1
        WHERE id = $1 AND worker IS NULL AND state IN ('waiting', 'undoing', 'stuck') RETURNING id
     ), asked AS (
       UPDATE vmapi.job_step s SET wake_at = now() FROM run WHERE s.job = run.id AND s.state IN ('started', 'undoing') AND s.outcome IS NULL
     )
     SELECT id FROM run`,
    [id],
  );
  return changed > 0;
}

function toRun(row: Row): ClaimedRun {
  const begun = (row.first_steps as string[]).map((name, position) => ({ ...freshStep, name, position }));
  const isBeginning = row.was === 'queued' && !row.is_cancel_requested;
  return {
    id: row.id as JobId,
    workflow: `${row.workflow}@${row.workflow_version}`,
    vm: (row.vm as VmId | null) ?? undefined,
    input: row.input,
    generation: row.generation,
    epoch: row.epoch,
    state: row.state === 'undoing' ? 'undoing' : 'running',
    wasParked: row.was !== 'queued' && row.was_parked,
    isCancelRequested: row.is_cancel_requested,
    wakes: row.wakes,
    endsAs: row.ends_as ?? undefined,
    error: row.error ?? undefined,
    // The first steps of a job that was queued are started by the claim itself, after the answer was put together.
    steps: isBeginning ? begun : ((row.steps as Row[] | null) ?? []).map(toStep),
  };
}

const freshStep = { state: 'started', attempts: 0, undoAttempts: 0, isDue: true, ageMs: 0 } as const;

function toStep(step: Row): StepRow {
  return {
    ...(step as StepRow),
    outcome: step.outcome === null ? undefined : TaskOutcome.parse(step.outcome),
    output: step.output ?? undefined,
  };
}
