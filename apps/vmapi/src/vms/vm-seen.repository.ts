import { Inject, Injectable } from '@nestjs/common';
import type { AccountId, instancesSeen, InstanceSeen, ServerId, VmId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import type { z } from 'zod';
import { changedSql, comparedColumns } from './vm-changed';
import { vmColumns, type VmRow } from './vm-row';

export type Report = z.output<(typeof instancesSeen)['body']>;

/** What came of a report: rows whose view changed, and instances of which vmapi knows nothing at all. */
export interface ReportOutcome {
  readonly changed: VmRow[];
  readonly strangers: VmId[];
  /** Something was not as wanted for the first time: only a second complete report makes it certain. */
  readonly isUnsure: boolean;
}

/** Rows of a report, one a line: what the node sees of each instance. */
const reported = `seen AS (
    SELECT * FROM unnest($4::uuid[], $5::text[], $6::bigint[], $7::jsonb[]) AS r (id, state, generation, facts)
  ), early AS (
    -- It stopped or went, but a job that is to have it running has not recorded its own result, which would then hide this: a complete
    -- report is asked for at the next digest.
    SELECT r.id FROM seen r JOIN vmapi.vm v ON v.id = r.id
     WHERE r.state IN ('stopped', 'failed', 'absent') AND v.job_workflow IN ('vm.provision', 'vm.start', 'vm.reboot')
  ), mark AS (
    INSERT INTO vmapi.server_report AS s (server, boot, seq, complete_boot, complete_seq, complete_at)
    VALUES ($1::uuid, $2::bigint, $3::bigint, CASE WHEN $8::bool THEN $2::bigint ELSE 0 END, CASE WHEN $8::bool THEN $3::bigint ELSE 0 END, CASE WHEN $8::bool THEN now() END)
    ON CONFLICT (server) DO UPDATE SET
      boot = $2::bigint, seq = $3::bigint, updated_at = now(),
      gap = NOT $8::bool AND (s.gap OR s.boot <> $2::bigint OR $3::bigint > s.seq + 1 OR EXISTS (SELECT FROM early)),
      complete_boot = CASE WHEN $8::bool THEN $2::bigint ELSE s.complete_boot END, complete_seq = CASE WHEN $8::bool THEN $3::bigint ELSE s.complete_seq END,
      complete_at = CASE WHEN $8::bool THEN now() ELSE s.complete_at END
    WHERE (s.boot, s.seq) < ($2::bigint, $3::bigint)
    RETURNING 1
  )`;

/** Newer than the row's view, than the last complete report, and not a view from before a task whose result is known. */
const newer = `(v.seen_boot IS NULL OR (v.seen_boot, v.seen_seq) < ($2::bigint, $3::bigint))
    AND NOT EXISTS (SELECT FROM vmapi.server_report s WHERE s.server = $1::uuid AND (s.complete_boot, s.complete_seq) > ($2::bigint, $3::bigint))
    AND (v.seen_boot < $2::bigint OR n.generation >= v.seen_generation)`;

/** As the statement found the row, not locked: where another write came in between, the state may have changed by this one all the same. */
const before = (which: 'seen' | 'judged'): string => `before AS (
    SELECT v.id, v.version, ${comparedColumns('v', ['state'])} FROM vmapi.vm v JOIN ${which} r ON r.id = v.id WHERE v.server = $1::uuid
  )`;
const isRaced = 'changed.version <> before.version + 1';

const tell = `told AS (
    INSERT INTO vmapi.outbox (subject, resource_id, version, body)
    SELECT 'vm.seen', changed.id::text, changed.version,
           jsonb_build_object('owner', changed.owner, 'seen', changed.seen_state, 'changed', ${changedSql('before', 'changed', ['state'], { state: isRaced })})
      FROM changed JOIN before ON before.id = changed.id WHERE changed.is_news
  )
  SELECT ${vmColumns('changed')}, is_news FROM changed`;

const applyChanges = `
  WITH ${reported}, ${before('seen')}, changed AS (
    UPDATE vmapi.vm v SET seen_state = n.state, seen_facts = n.facts, seen_boot = $2::bigint, seen_seq = $3::bigint, seen_at = now(),
        seen_generation = n.generation, told_generation = greatest(v.told_generation, n.generation),
        version = v.version + 1, updated_at = now()
      FROM seen n
     WHERE v.id = n.id AND v.server = $1::uuid AND v.ended IS NULL AND ${newer}
    RETURNING v.*, true AS is_news
  ), ${tell}`;

/**
 * A complete report also tells what is absent, and is what deviations are counted by. A deviation is: it should be stopped and runs; it
 * should be gone and is there; it should run, ran until the server's agent started anew, and is stopped since. An instance whose guest
 * shut it down is left as its owner left it. Rows that say all this already are not written.
 */
const applyComplete = `
  WITH ${reported}, judged AS (
    SELECT v.id, coalesce(r.state, 'absent') AS state, coalesce(r.generation, v.seen_generation) AS generation,
           coalesce(r.facts, '{}'::jsonb) AS facts, v.seen_state AS was_state, v.seen_facts AS was_facts,
           CASE WHEN v.job IS NULL AND (
                  (v.power_wanted = 'gone' AND r.id IS NOT NULL AND r.state <> 'absent')
                  OR (v.ended = 'failed' AND r.id IS NOT NULL AND r.state <> 'absent')
                  OR (v.ended IS NULL AND v.power_wanted = 'stopped' AND r.state = 'running')
                  OR (v.ended IS NULL AND v.power_wanted = 'running' AND r.state = 'stopped'
                      AND (v.deviations > 0 OR (v.seen_state = 'running' AND v.seen_boot < $2::bigint))))
                THEN least(v.deviations + 1, 100) ELSE 0 END AS deviations
      FROM vmapi.vm v LEFT JOIN seen r ON r.id = v.id
     WHERE v.server = $1::uuid AND (v.ended IS NULL OR r.id IS NOT NULL)
       -- Absence is believed from the instance's own pool, and not while a job may be making it.
       AND (r.id IS NOT NULL OR (v.job IS NULL AND (v.pool_id IS NULL OR v.pool_id = $9::text)))
  ), ${before('judged')}, changed AS (
    UPDATE vmapi.vm v SET
        seen_state = n.state, seen_facts = n.facts, seen_boot = $2::bigint, seen_seq = $3::bigint, seen_at = now(),
        seen_generation = n.generation, told_generation = greatest(v.told_generation, n.generation),
        pool_id = CASE WHEN n.state = 'absent' THEN v.pool_id ELSE $9::text END, deviations = n.deviations,
        version = v.version + CASE WHEN v.seen_state IS DISTINCT FROM n.state OR v.seen_facts IS DISTINCT FROM n.facts THEN 1 ELSE 0 END
      FROM judged n
     WHERE v.id = n.id AND ${newer}
       AND (v.seen_state IS DISTINCT FROM n.state OR v.seen_facts IS DISTINCT FROM n.facts OR v.deviations <> n.deviations
            OR v.told_generation < n.generation OR v.seen_boot IS DISTINCT FROM $2::bigint)
    -- Once a boot every row is written, so that it can be told later whether it ran under this boot.
    RETURNING v.*, v.ended IS NULL AND (n.was_state IS DISTINCT FROM n.state OR n.was_facts IS DISTINCT FROM n.facts) AS is_news
  ), ${tell}`;

/** The seen half: written by reports only, set-wise, and only forwards. */
@Injectable()
export class VmSeenRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /** Takes a report in. Safe to repeat; older reports change nothing. Answers the rows whose view changed. */
  async apply(server: ServerId, report: Report): Promise<ReportOutcome> {
    const seen = [...report.instances].sort((a, b) => (a.id < b.id ? -1 : 1));
    const ids = seen.map((one) => one.id);
    const params = [
      ...[server, report.boot, report.seq, ids, seen.map((one) => one.state), seen.map((one) => one.generation)],
      ...[seen.map((one) => JSON.stringify(factsOf(one))), report.complete],
    ];
    const written = report.complete
      ? await this.db.many<VmRow & { is_news: boolean }>(applyComplete, [...params, report.poolId])
      : await this.db.many<VmRow & { is_news: boolean }>(applyChanges, params);
    const strangers = report.complete && ids.length > 0 ? await this.strangers(ids) : [];
    return { changed: written.filter((row) => row.is_news), strangers, isUnsure: written.some((row) => row.deviations === 1) };
  }

  /** Whether something that a server said never came: it has said more than was heard, or there is a gap. */
  async hasMissed(server: ServerId, boot: number, lastSeq: number): Promise<boolean> {
    if (lastSeq === 0) return false;
    const heard = await this.db.maybe<{ boot: number; seq: number; gap: boolean }>(
      'SELECT boot, seq, gap FROM vmapi.server_report WHERE server = $1',
      [server],
    );
    return !heard || heard.gap || heard.boot < boot || (heard.boot === boot && heard.seq < lastSeq);
  }

  /** Of these instances, those that stand on the server: what a node may speak for. */
  async ownedBy(server: ServerId, ids: readonly VmId[]): Promise<{ id: VmId; owner: AccountId }[]> {
    return this.db.many('SELECT id, owner FROM vmapi.vm WHERE id = ANY ($2::uuid[]) AND server = $1 AND ended IS NULL', [server, ids]);
  }

  private strangers(ids: readonly VmId[]): Promise<VmId[]> {
    return this.db.many(
      'SELECT r.id FROM unnest($1::uuid[]) AS r (id) WHERE NOT EXISTS (SELECT FROM vmapi.vm WHERE vm.id = r.id)',
      [ids],
      (row) => row.id as VmId,
    );
  }
}

/** What is kept of a view besides state and generation. */
export function factsOf(seen: InstanceSeen): Record<string, unknown> {
  const { id: _id, state: _state, generation: _generation, ...facts } = seen;
  return facts;
}
