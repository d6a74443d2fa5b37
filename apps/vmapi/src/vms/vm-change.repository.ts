import { Inject, Injectable } from '@nestjs/common';
import { type Caller, type Idempotency, type JobId, type JobState, ServiceError, type TagValue, type WantedPower } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { auditCaller } from '../callers';
import { cancelPendingSql, insertJobSql, jobParams, type NewJob } from '../jobs/new-job';
import type { Sizes } from './sizes';
import { changedSql, comparedColumns } from './vm-changed';
import { asRefusal } from './vm-create.repository';
import { vmColumns, type VmRow } from './vm-row';

/** What a change without a job makes of the wanted half; undefined stays. */
export interface WantedChange {
  readonly alias?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, TagValue>>;
  readonly firewallEnabled?: boolean;
  readonly deletionProtection?: boolean;
}

/** `stale`: the row moved on since it was read; read again and decide again. */
export type Written = { kind: 'written'; row: VmRow; jobState?: JobState; cancelled?: JobId[] } | { kind: 'stale' };

const claimed = `claimed AS (
    INSERT INTO vmapi.idempotency AS i (account, key, request_hash, reply)
    SELECT owner, $3::text, $4::text, jsonb_build_object('vm', id, 'job', $5::uuid) FROM target WHERE $3::text IS NOT NULL
    ON CONFLICT (account, key) DO UPDATE SET request_hash = excluded.request_hash, reply = excluded.reply, at = now()
      WHERE i.at < now() - interval '24 hours'
    RETURNING 1
  ), accepted AS (
    SELECT id FROM target WHERE $3::text IS NULL OR EXISTS (SELECT FROM claimed)
  )`;

const jobAt = 8;
/** What else a change does: nothing, ask all other jobs to stop, or charge the account with what the instance is to grow by. */
type Besides = 'alone' | 'cancelling' | 'charging';
const noRow = 'SELECT NULL::uuid AS id WHERE false';
const charged = `UPDATE vmapi.account_usage u SET memory_mib = u.memory_mib + $${jobAt + 9}::int, quota_gib = u.quota_gib + $${jobAt + 10}::int
      FROM target t, accepted a WHERE a.id = t.id AND u.account = t.owner RETURNING t.id`;
const changeWithJob = (besides: Besides): string => `
  WITH target AS (
    SELECT id, owner, ${comparedColumns('vm', ['state'])} FROM vmapi.vm WHERE id = $1::uuid AND version = $2::bigint FOR UPDATE
  ), ${claimed}, cancelled AS (
    ${besides === 'cancelling' ? cancelPendingSql('(SELECT id FROM accepted)') : noRow}
  ), charged AS (
    ${besides === 'charging' ? charged : noRow}
  ), vm AS (
    -- The job takes two generations, for its steps and for their undo.
    UPDATE vmapi.vm v SET power_wanted = coalesce($6::text, v.power_wanted), generation = v.generation + 2, version = v.version + 1,
        job = $5::uuid, job_workflow = $${jobAt + 1}::text, deviations = 0, updated_at = now()
      FROM accepted a WHERE v.id = a.id
    RETURNING v.*
  ), job AS (
    ${insertJobSql('vm', 'vm.generation - 1', jobAt)}
  ), told AS (
    INSERT INTO vmapi.outbox (subject, resource_id, version, body)
    SELECT 'vm.changed', vm.id::text, vm.version,
           jsonb_build_object('owner', vm.owner, 'alias', vm.alias, 'job', vm.job, 'changed', ${changedSql('target', 'vm', ['state'])}) FROM vm, target
  ), audited AS (
    INSERT INTO vmapi.audit (caller, account, action, resource, resource_id, job, outcome)
    SELECT $${jobAt + 8}::jsonb, owner, $7::text, 'vm', id::text, job, 'accepted' FROM vm
  )
  SELECT ${vmColumns('vm')}, job.state AS job_state, (SELECT coalesce(array_agg(id), '{}') FROM cancelled) AS cancelled FROM vm, job`;
const changeWithJobSql = {
  alone: changeWithJob('alone'),
  cancelling: changeWithJob('cancelling'),
  charging: changeWithJob('charging'),
} satisfies Record<Besides, string>;

const wantedParts = ['alias', 'customer_metadata', 'tags'] as const;
const changeWanted = `
  WITH target AS (
    SELECT id, owner, ${comparedColumns('vm', wantedParts)} FROM vmapi.vm WHERE id = $1::uuid AND version = $2::bigint FOR UPDATE
  ), ${claimed}, vm AS (
    UPDATE vmapi.vm v SET alias = coalesce($6::text, v.alias), customer_metadata = coalesce($7::jsonb, v.customer_metadata),
        tags = coalesce($8::jsonb, v.tags), firewall_enabled = coalesce($9::bool, v.firewall_enabled),
        deletion_protection = coalesce($10::bool, v.deletion_protection), generation = v.generation + $11::int,
        spec_generation = CASE WHEN $11::int > 0 THEN v.generation + 1 ELSE v.spec_generation END,
        version = v.version + 1, updated_at = now()
      FROM accepted a WHERE v.id = a.id
    RETURNING v.*
  ), told AS (
    INSERT INTO vmapi.outbox (subject, resource_id, version, body)
    SELECT 'vm.changed', vm.id::text, vm.version,
           jsonb_build_object('owner', vm.owner, 'alias', vm.alias, 'changed', ${changedSql('target', 'vm', wantedParts)}) FROM vm, target
  ), audited AS (
    INSERT INTO vmapi.audit (caller, account, action, resource, resource_id, outcome)
    SELECT $13::jsonb, owner, $12::text, 'vm', id::text, 'succeeded' FROM vm
  )
  SELECT ${vmColumns('vm')} FROM vm`;

/** Changes of the wanted half. Each is one statement that names the version it was decided on. */
@Injectable()
export class VmChangeRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /**
   * Sets the wanted power and queues the job for it; with `cancelOthers` what is queued is cancelled and what runs is asked to stop.
   * @throws Conflict 20 jobs wait on it already
   */
  async changeWithJob(
    seen: VmRow,
    power: WantedPower | undefined,
    job: NewJob,
    caller: Caller,
    idempotency: Idempotency | undefined,
    cancelOthers: boolean,
  ): Promise<Written> {
    try {
      const row = await this.db.maybe<VmRow & { job_state: JobState; cancelled: JobId[] }>(
        cancelOthers ? changeWithJobSql.cancelling : changeWithJobSql.alone,
        [
          ...[seen.id, seen.version, idempotency?.key ?? null, idempotency?.hash ?? null, job.id, power ?? null, job.action],
          ...jobParams(job, caller.requestId, JSON.stringify(auditCaller(caller))),
        ],
      );
      return row ? { kind: 'written', row, jobState: row.job_state, cancelled: row.cancelled } : { kind: 'stale' };
    } catch (error) {
      throw asRefusal(error, seen.alias);
    }
  }

  /**
   * Queues a resize and charges the owner with what the instance grows by; its sizes change when the job has succeeded.
   * @throws QuotaExceeded @throws Conflict another resize of it has not ended, or 20 jobs wait on it already
   */
  async resizeWithJob(seen: VmRow, to: Sizes, job: NewJob, caller: Caller, idempotency: Idempotency | undefined): Promise<Written> {
    try {
      const row = await this.db.maybe<VmRow & { job_state: JobState }>(changeWithJobSql.charging, [
        ...[seen.id, seen.version, idempotency?.key ?? null, idempotency?.hash ?? null, job.id, null, job.action],
        ...jobParams(job, caller.requestId, JSON.stringify(auditCaller(caller))),
        ...[Math.max(0, to.memoryMiB - seen.memory_mib), Math.max(0, to.quotaGiB - seen.quota_gib)],
      ]);
      return row ? { kind: 'written', row, jobState: row.job_state } : { kind: 'stale' };
    } catch (error) {
      throw asRefusal(error, seen.alias);
    }
  }

  /** Changes names, metadata, tags or switches; no job, and so one audit entry that is its own result. @throws ValidationFailed alias taken */
  async changeWanted(
    seen: VmRow,
    change: WantedChange,
    action: string,
    caller: Caller,
    idempotency: Idempotency | undefined,
  ): Promise<Written> {
    // What the node must hear of takes a generation; the deletion protection is ours alone.
    const concernsNode =
      change.alias !== undefined || change.metadata !== undefined || change.tags !== undefined || change.firewallEnabled !== undefined;
    try {
      const row = await this.db.maybe<VmRow>(changeWanted, [
        ...[seen.id, seen.version, idempotency?.key ?? null, idempotency?.hash ?? null, null, change.alias ?? null],
        ...[change.metadata ? JSON.stringify(change.metadata) : null, change.tags ? JSON.stringify(change.tags) : null],
        ...[change.firewallEnabled ?? null, change.deletionProtection ?? null, concernsNode ? 1 : 0, action],
        JSON.stringify(auditCaller(caller)),
      ]);
      return row ? { kind: 'written', row } : { kind: 'stale' };
    } catch (error) {
      throw asRefusal(error, change.alias ?? seen.alias);
    }
  }

  /** Keeps what came of a request that had nothing to change, so that its repeat answers the same. */
  async keepAnswer(seen: VmRow, idempotency: Idempotency, job: JobId | undefined): Promise<void> {
    await this.db.exec(
      `INSERT INTO vmapi.idempotency (account, key, request_hash, reply) VALUES ($1, $2, $3, jsonb_build_object('vm', $4::uuid, 'job', $5::uuid))
       ON CONFLICT DO NOTHING`,
      [seen.owner, idempotency.key, idempotency.hash, seen.id, job ?? null],
    );
  }
}

/** Reads, decides and writes, again while others wrote in between. @throws Conflict it never stood still */
export async function untilWritten(
  attempt: () => Promise<Written | undefined>,
): Promise<Extract<Written, { kind: 'written' }> | undefined> {
  for (let tries = 0; tries < 10; tries++) {
    const written = await attempt();
    if (written === undefined) return undefined;
    if (written.kind === 'written') return written;
  }
  throw new ServiceError('Conflict', 'the instance is being changed by many at once; try again');
}
