import type { AccountId, Job, JobId, JobState, JobStep, VmId } from '@nereid/contracts';
import type { OwnerPool, Row } from '@nereid/database';

export interface JobFilter {
  readonly vm?: VmId;
  readonly account?: AccountId;
  readonly state?: JobState;
  readonly workflow?: string;
  readonly before?: JobId;
  readonly limit: number;
}

/** One job with its steps, as operators see it; undefined when there is none. */
export async function readJob(pool: OwnerPool, id: JobId): Promise<Job | undefined> {
  const job = await pool.maybe('SELECT * FROM vmapi.job WHERE id = $1', [id], toJob);
  if (!job) return undefined;
  const rows = await pool.many('SELECT * FROM vmapi.job_step WHERE job = $1 ORDER BY position', [id]);
  const isWaiting = job.state === 'waiting';
  return {
    ...job,
    steps: [
      ...rows.map((r) => toStep(r, isWaiting)),
      ...rows
        .filter((r) => r.undo_started_at)
        .reverse()
        .map(toUndo),
    ],
  };
}

/** What a job was given; undefined when there is none. */
export function readJobInput(pool: OwnerPool, id: JobId): Promise<{ input: unknown } | undefined> {
  return pool.maybe('SELECT input FROM vmapi.job WHERE id = $1', [id]);
}

/** Newest first. */
export function listJobRows(pool: OwnerPool, filter: JobFilter): Promise<Job[]> {
  const params: unknown[] = [filter.limit];
  const is = (column: string, value: unknown, operator = '='): string =>
    value === undefined ? '' : ` AND ${column} ${operator} $${params.push(value)}`;
  const where = [
    is('vm', filter.vm),
    is('account', filter.account),
    is('state', filter.state),
    is('workflow', filter.workflow),
    is('id', filter.before, '<'),
  ].join('');
  return pool.many(`SELECT * FROM vmapi.job WHERE true${where} ORDER BY id DESC LIMIT $1`, params, toJob);
}

/** How many jobs there are in each state: all unfinished ones, and those that ended within `finishedWithinMs`. */
export async function countJobRows(pool: OwnerPool, finishedWithinMs: number): Promise<Partial<Record<JobState, number>>> {
  // Two halves, so that each is served by its own partial index.
  const rows = await pool.many<{ state: JobState; count: number }>(
    `SELECT state, count(*)::int AS count FROM vmapi.job WHERE state IN ('queued', 'running', 'waiting', 'undoing', 'stuck') GROUP BY state
     UNION ALL
     SELECT state, count(*)::int FROM vmapi.job WHERE ended_at > now() - $1::bigint * interval '1 millisecond' GROUP BY state`,
    [finishedWithinMs],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

function toJob(row: Row): Job {
  return {
    id: row.id,
    workflow: row.workflow,
    workflowVersion: row.workflow_version,
    vm: row.vm,
    owner: row.account ?? undefined,
    state: row.state,
    requestId: row.request_id ?? undefined,
    createdAt: instant(row.created_at)!,
    startedAt: instant(row.started_at),
    finishedAt: instant(row.ended_at),
    error: row.error ?? undefined,
    epoch: row.epoch,
  };
}

function toStep(row: Row, isRunWaiting: boolean): JobStep {
  // Undone steps are shown twice: what the step came to, and its undo.
  const hasEnded = row.ended_at !== null;
  const state = row.output !== null ? 'done' : hasEnded ? 'failed' : isRunWaiting ? 'waiting' : 'started';
  return {
    name: row.step,
    direction: 'do',
    state,
    attempts: row.attempts,
    startedAt: instant(row.started_at)!,
    finishedAt: instant(row.ended_at),
    durationMs: durationMs(row.started_at, row.ended_at),
    output: row.output ?? undefined,
    error: state === 'failed' ? (row.error ?? undefined) : undefined,
  };
}

function toUndo(row: Row): JobStep {
  return {
    name: row.step,
    direction: 'undo',
    state: row.undo_ended_at ? 'done' : row.undo_attempts > 0 ? 'failed' : 'started',
    attempts: row.undo_attempts,
    startedAt: instant(row.undo_started_at)!,
    finishedAt: instant(row.undo_ended_at),
    durationMs: durationMs(row.undo_started_at, row.undo_ended_at),
    error: row.undo_error ?? undefined,
  };
}

function instant(at: Date | null): string | undefined {
  return at?.toISOString();
}

function durationMs(from: Date | null, to: Date | null): number | undefined {
  return from && to ? to.getTime() - from.getTime() : undefined;
}
