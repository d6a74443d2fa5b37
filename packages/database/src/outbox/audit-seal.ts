import { createHash } from 'node:crypto';
import type { Sql } from '../owner-pool';
import type { SchemaOwner } from '../owners';
import type { RelayCursor } from './feed.repository';

/**
 * Seals the next audit rows: each hash covers the row's text and the hash before it, so that a row changed, removed or put in
 * later breaks the chain from there on. In one transaction of the caller's. Answers the moved cursor.
 */
export async function sealNextAudit(sql: Sql, owner: SchemaOwner, cursor: RelayCursor, limit: number): Promise<RelayCursor> {
  const rows = await sql.many(
    `SELECT a.xid, a.id, (to_jsonb(a) - 'xid')::text AS text FROM ${owner}.audit a
      WHERE (xid, id) > ($1::xid8, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY xid, id LIMIT $3`,
    [cursor.auditXid, cursor.auditId, limit],
  );
  const last = rows.at(-1);
  if (!last) return cursor;
  let hash = cursor.auditHash;
  const hashes = rows.map((row) => (hash = nextHash(hash, row.text as string)));
  const moved: RelayCursor = {
    ...cursor,
    auditXid: last.xid as string,
    auditId: last.id as number,
    auditSeq: cursor.auditSeq + rows.length,
    auditHash: hash,
  };
  // The primary key of audit_seal refuses a second relay that seals the same places.
  await sql.exec(
    `WITH sealed AS (
       INSERT INTO ${owner}.audit_seal (seq, audit_id, hash)
       SELECT $1::bigint + n, id, hash FROM unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS t(id, hash, n)
     )
     UPDATE ${owner}.relay_cursor SET audit_xid = $4::xid8, audit_id = $5, audit_seq = $6, audit_hash = $7`,
    [cursor.auditSeq, rows.map((r) => r.id as number), hashes, moved.auditXid, moved.auditId, moved.auditSeq, moved.auditHash],
  );
  return moved;
}

/**
 * Walks the whole chain and answers the first place where it does not hold; undefined when all of it does.
 * Rows not yet sealed are not looked at.
 */
export async function findBrokenSeal(sql: Sql, owner: SchemaOwner): Promise<{ seq: number; auditId: number } | undefined> {
  let hash: Buffer = Buffer.alloc(0);
  for (let seq = 0; ;) {
    const rows = await sql.many(
      `SELECT s.seq, s.audit_id, s.hash, (to_jsonb(a) - 'xid')::text AS text
         FROM ${owner}.audit_seal s LEFT JOIN ${owner}.audit a ON a.id = s.audit_id WHERE s.seq > $1 ORDER BY s.seq LIMIT 1000`,
      [seq],
    );
    if (rows.length === 0) return undefined;
    for (const row of rows) {
      hash = nextHash(hash, (row.text as string | null) ?? 'gone');
      if (row.seq !== ++seq || !hash.equals(row.hash as Buffer)) return { seq, auditId: row.audit_id as number };
    }
  }
}

function nextHash(before: Buffer, text: string): Buffer {
  return createHash('sha256').update(before).update(text).digest();
}
