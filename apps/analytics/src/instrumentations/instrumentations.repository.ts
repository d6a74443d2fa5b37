import { Inject, Injectable } from '@nestjs/common';
import type { AccountId, Caller, FieldName, InstrumentationId, InstrumentationWant, Predicate } from '@nereid/contracts';
import { OwnerPool, type Row } from '@nereid/database';

/** What somebody wants measured, as its row says. */
export interface InstrumentationRow {
  readonly id: InstrumentationId;
  readonly account: AccountId | undefined;
  readonly module: string;
  readonly stat: string;
  readonly predicate: Predicate;
  readonly decomposition: readonly FieldName[];
  readonly idleMaxSeconds: number | null;
  readonly createdAt: Date;
}

const columns = 'id, account, module, stat, predicate, decomposition, idle_max_seconds, created_at';

/** The only SQL on instrumentations; each change with its audit row in one statement. */
@Injectable()
export class InstrumentationsRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /** `undefined`: the account has as many as it may. A customer's takes the lowest free place; two at once cannot take the same. */
  insert(
    id: InstrumentationId,
    account: AccountId | undefined,
    want: InstrumentationWant,
    caller: Caller,
  ): Promise<InstrumentationRow | undefined> {
    const params = [
      ...[id, account ?? null, want.module, want.stat, JSON.stringify(want.predicate), want.decomposition, want.idleMaxSeconds],
      JSON.stringify(caller),
    ];
    return this.db.maybe(
      `WITH place AS (
         SELECT NULL::smallint AS place WHERE $2::uuid IS NULL
         UNION ALL
         (SELECT n::smallint FROM generate_series(0, 9) AS n
           WHERE $2::uuid IS NOT NULL
             AND NOT EXISTS (SELECT FROM analytics.instrumentation AS i WHERE i.account = $2::uuid AND i.place = n)
           ORDER BY n LIMIT 1)
       ), made AS (
         INSERT INTO analytics.instrumentation (id, account, place, module, stat, predicate, decomposition, idle_max_seconds)
         SELECT $1::uuid, $2::uuid, place, $3::text, $4::text, $5::jsonb, $6::text[], $7::int FROM place
         ON CONFLICT (account, place) DO NOTHING
         RETURNING *
       ), audited AS (
         INSERT INTO analytics.audit (caller, account, action, resource_id, detail)
         SELECT $8::jsonb, account, 'instrumentation.create', id, jsonb_build_object('module', module, 'stat', stat, 'predicate', predicate) FROM made
       )
       SELECT ${columns} FROM made`,
      params,
      toRow,
    );
  }

  /** Answers whether it was there. */
  async delete(id: InstrumentationId, account: AccountId | undefined, caller: Caller): Promise<boolean> {
    const gone = await this.db.many(
      `WITH gone AS (
         DELETE FROM analytics.instrumentation WHERE id = $1 AND ($2::uuid IS NULL OR account = $2) RETURNING id, account
       ), audited AS (
         INSERT INTO analytics.audit (caller, account, action, resource_id) SELECT $3::jsonb, account, 'instrumentation.delete', id FROM gone
       )
       SELECT id FROM gone`,
      [id, account ?? null, JSON.stringify(caller)],
    );
    return gone.length > 0;
  }

  /** Deletes those that nobody has read for too long. Answers their ids. */
  deleteIdle(caller: Caller): Promise<InstrumentationId[]> {
    return this.db.many(
      `WITH gone AS (
         DELETE FROM analytics.instrumentation WHERE read_at < now() - idle_max_seconds * interval '1 second' RETURNING id, account
       ), audited AS (
         INSERT INTO analytics.audit (caller, account, action, resource_id) SELECT $1::jsonb, account, 'instrumentation.idle', id FROM gone
       )
       SELECT id FROM gone`,
      [JSON.stringify(caller)],
      (row) => row['id'] as InstrumentationId,
    );
  }

  /** These were read lately. */
  async noteRead(ids: readonly InstrumentationId[]): Promise<void> {
    await this.db.exec('UPDATE analytics.instrumentation SET read_at = now() WHERE id = ANY ($1::uuid[])', [ids]);
  }

  list(): Promise<InstrumentationRow[]> {
    return this.db.many(`SELECT ${columns} FROM analytics.instrumentation ORDER BY created_at, id`, [], toRow);
  }
}

function toRow(row: Row): InstrumentationRow {
  return {
    id: row['id'],
    account: row['account'] ?? undefined,
    module: row['module'],
    stat: row['stat'],
    predicate: row['predicate'],
    decomposition: row['decomposition'],
    idleMaxSeconds: row['idle_max_seconds'],
    createdAt: row['created_at'],
  };
}
