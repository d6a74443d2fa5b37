import { createHash } from 'node:crypto';
import { ServiceError } from '@nereid/contracts';
import type { Sql } from './owner-pool';
import type { SchemaOwner } from './owners';

/** The hash under which a request is remembered: method, path and body as they came. */
export function requestHash(method: string, path: string, body: string | Buffer): string {
  return createHash('sha256').update(`${method}\n${path}\n`).update(body).digest('hex');
}

/**
 * The reply an earlier request with this key got; undefined when there was none in the last 24 h.
 * The accepting transaction inserts `(account, key, request_hash, reply)` into `<owner>.idempotency`; its primary key decides
 * between two at once, and the loser calls this again.
 * @throws IdempotencyMismatch the key was used for another request
 */
export async function findEarlierReply<Reply>(
  sql: Sql,
  owner: SchemaOwner,
  asked: { account: string; key: string; requestHash: string },
): Promise<Reply | undefined> {
  const row = await sql.maybe(
    `SELECT request_hash, reply FROM ${owner}.idempotency
      WHERE account = $1 AND key = $2 AND at > now() - interval '24 hours'`,
    [asked.account, asked.key],
  );
  if (!row) return undefined;
  if (row.request_hash !== asked.requestHash) {
    throw new ServiceError('IdempotencyMismatch', 'This Idempotency-Key was used for a different request; choose a new key.');
  }
  return row.reply as Reply;
}
