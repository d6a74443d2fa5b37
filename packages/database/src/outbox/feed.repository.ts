import type { FeedEntry } from '@nereid/contracts';
import type { OwnerPool, Row, Sql } from '../owner-pool';
import type { SchemaOwner } from '../owners';

/** What `<owner>.v1.feed.read` answers. */
export interface FeedPage {
  readonly head: number;
  /** The entries after `after` are not all kept any more: read the objects themselves, then follow from `head`. */
  readonly resync: boolean;
  readonly entries: FeedEntry[];
}

/** The entries after `after`, oldest first, at most `limit`. Safe to repeat. */
export async function readFeedPage(pool: OwnerPool, after: number, limit: number): Promise<FeedPage> {
  const { owner } = pool;
  const { head, oldest } = await pool.one<{ head: number; oldest: number | null }>(
    `SELECT seq AS head, (SELECT min(seq) FROM ${owner}.feed) AS oldest FROM ${owner}.relay_cursor`,
  );
  const isGone = after < head && (oldest === null || oldest > after + 1);
  // A subscriber ahead of the head remembers a feed from before the database was restored.
  if (isGone || after > head) return { head, resync: true, entries: [] };
  const entries = await pool.many(
    `SELECT f.seq, o.* FROM ${owner}.feed f JOIN ${owner}.outbox o ON o.id = f.outbox_id WHERE f.seq > $1 ORDER BY f.seq LIMIT $2`,
    [after, limit],
    toFeedEntry,
  );
  return { head, resync: false, entries };
}

export function toFeedEntry(row: Row): FeedEntry {
  return {
    seq: row.seq,
    subject: row.subject,
    resourceId: row.resource_id,
    version: row.version,
    at: (row.at as Date).toISOString(),
    body: row.body,
  };
}

export interface RelayCursor {
  readonly xid: string;
  readonly id: number;
  readonly seq: number;
  readonly auditXid: string;
  readonly auditId: number;
  readonly auditSeq: number;
  readonly auditHash: Buffer;
}

export function readCursor(sql: Sql, owner: SchemaOwner): Promise<RelayCursor> {
  return sql.one(`SELECT * FROM ${owner}.relay_cursor`, [], (row) => ({
    xid: row.xid,
    id: row.id,
    seq: row.seq,
    auditXid: row.audit_xid,
    auditId: row.audit_id,
    auditSeq: row.audit_seq,
    auditHash: row.audit_hash,
  }));
}

/**
 * Numbers the next committed rows in the order of their transactions and moves the cursor, in one statement: all or nothing.
 *
 * Only rows of transactions older than every running one are taken: a row that commits later can then not belong before them.
 * The cursor is compared with what the caller knows, so that a relay which lost its lock without noticing changes nothing.
 */
export async function numberNextRows(
  sql: Sql,
  owner: SchemaOwner,
  cursor: RelayCursor,
  limit: number,
): Promise<{ entries: FeedEntry[]; cursor: RelayCursor }> {
  const rows = await sql.many(
    `WITH batch AS (
       SELECT id, xid, row_number() OVER (ORDER BY xid, id) AS place
         FROM ${owner}.outbox
        WHERE (xid, id) > ($1::xid8, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY xid, id
        LIMIT $4
     ), last AS (
       SELECT xid, id, place FROM batch ORDER BY place DESC LIMIT 1
     ), moved AS (
       UPDATE ${owner}.relay_cursor c SET xid = last.xid, id = last.id, seq = c.seq + last.place
         FROM last WHERE c.seq = $3
       RETURNING 1
     ), numbered AS (
       INSERT INTO ${owner}.feed (seq, outbox_id)
       SELECT $3::bigint + batch.place, batch.id FROM batch WHERE EXISTS (SELECT FROM moved)
       RETURNING seq, outbox_id
     )
     SELECT n.seq, o.*, EXISTS (SELECT FROM moved) AS is_mine
       FROM batch JOIN ${owner}.outbox o ON o.id = batch.id LEFT JOIN numbered n ON n.outbox_id = batch.id
      ORDER BY batch.place`,
    [cursor.xid, cursor.id, cursor.seq, limit],
  );
  const last = rows.at(-1);
  if (!last) return { entries: [], cursor };
  if (!last.is_mine) throw new Error(`another relay moved the cursor of ${owner}`);
  return { entries: rows.map(toFeedEntry), cursor: { ...cursor, xid: last.xid, id: last.id, seq: last.seq } };
}

/** Whether rows wait that a transaction still running keeps back. */
export function hasWaitingRows(sql: Sql, owner: SchemaOwner, cursor: RelayCursor): Promise<boolean> {
  return sql.one(
    `SELECT EXISTS (SELECT FROM ${owner}.outbox WHERE (xid, id) > ($1::xid8, $2::bigint))
         OR EXISTS (SELECT FROM ${owner}.audit WHERE (xid, id) > ($3::xid8, $4::bigint)) AS waiting`,
    [cursor.xid, cursor.id, cursor.auditXid, cursor.auditId],
    (row) => row.waiting as boolean,
  );
}

/** Deletes what is past its time: feed and outbox 24 h, idempotency keys 24 h, step keys 30 days. Answers rows deleted. */
export async function prune(sql: Sql, owner: SchemaOwner): Promise<number> {
  const entries = await sql.exec(
    `WITH oldest AS (
       SELECT f.seq, f.outbox_id FROM ${owner}.feed f ORDER BY f.seq LIMIT 5000
     ), gone AS (
       DELETE FROM ${owner}.feed f USING oldest, ${owner}.outbox o
        WHERE f.seq = oldest.seq AND o.id = oldest.outbox_id AND o.at < now() - interval '24 hours'
       RETURNING f.outbox_id
     )
     DELETE FROM ${owner}.outbox o USING gone WHERE o.id = gone.outbox_id`,
  );
  const keys = await sql.exec(`DELETE FROM ${owner}.idempotency WHERE at < now() - interval '24 hours'`);
  const steps = await sql.exec(`DELETE FROM ${owner}.step_key WHERE at < now() - interval '30 days' AND state = 'released'`);
  return entries + keys + steps;
}
