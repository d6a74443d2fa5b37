import type { Caller, OperatorId } from '@nereid/contracts';
import { OwnerPool, type Row } from '@nereid/database';
import { Injectable } from '@nestjs/common';
import type { Session, SessionOrigin } from './session';

/** How long a session lasts, in ms. */
export interface SessionLimits {
  readonly idleMs: number;
  readonly absoluteMs: number;
}

const living = "used_at > now() - $1 * interval '1 ms' AND created_at > now() - $2 * interval '1 ms'";

/** Sessions by the digest of their token. Times are the database's, so that every process of this app agrees. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly db: OwnerPool) {}

  /** Inserts a session with its audit row. */
  insert(
    id: string,
    tokenHash: Buffer,
    operator: { id: OperatorId; login: string; totpEnabled: boolean },
    origin: SessionOrigin,
    caller: Caller,
  ): Promise<Session> {
    return this.db.one(
      `WITH made AS (
         INSERT INTO adminapi.session (id, token_hash, operator, login, totp_enabled, ip, user_agent)
         VALUES ($1, $2, $3, $4, $5, $6, left($7, 256)) RETURNING *
       ), audited AS (
         INSERT INTO adminapi.audit (caller, action, resource, resource_id, outcome)
         SELECT $8, 'session.begin', 'session', id::text, 'succeeded' FROM made
       )
       SELECT * FROM made`,
      [
        id,
        tokenHash,
        operator.id,
        operator.login,
        operator.totpEnabled,
        origin.ip ?? null,
        origin.userAgent ?? null,
        JSON.stringify(caller),
      ],
      toSession,
    );
  }

  /** The session of a token, unless it has ended. */
  find(tokenHash: Buffer, limits: SessionLimits): Promise<Session | undefined> {
    return this.db.maybe(
      `SELECT * FROM adminapi.session WHERE token_hash = $3 AND ${living}`,
      [limits.idleMs, limits.absoluteMs, tokenHash],
      toSession,
    );
  }

  /** Notes that a session is used; at most once a minute is anything written. Answers when it counts as used. */
  touch(id: string): Promise<Date | undefined> {
    return this.db.maybe(
      `UPDATE adminapi.session SET used_at = now() WHERE id = $1 AND used_at < now() - interval '1 minute' RETURNING used_at`,
      [id],
      (row) => row.used_at as Date,
    );
  }

  /** Whether sessions live; for connections that stay open. */
  async living(ids: readonly string[], limits: SessionLimits): Promise<Set<string>> {
    const rows = await this.db.many<{ id: string }>(`SELECT id FROM adminapi.session WHERE id = ANY ($3::uuid[]) AND ${living}`, [
      limits.idleMs,
      limits.absoluteMs,
      ids,
    ]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Ends a session, with its audit row. Ended already: nothing. */
  async end(id: string, caller: Caller): Promise<void> {
    await this.db.exec(
      `WITH gone AS (DELETE FROM adminapi.session WHERE id = $1 RETURNING id)
       INSERT INTO adminapi.audit (caller, action, resource, resource_id, outcome)
       SELECT $2, 'session.end', 'session', id::text, 'succeeded' FROM gone`,
      [id, JSON.stringify(caller)],
    );
  }

  /** Who is signed in anywhere. */
  operators(limits: SessionLimits): Promise<OperatorId[]> {
    return this.db.many(
      `SELECT DISTINCT operator FROM adminapi.session WHERE ${living}`,
      [limits.idleMs, limits.absoluteMs],
      (row) => row.operator as OperatorId,
    );
  }

  /** Ends what began before an operator's password changed. Answers the ids. */
  async endBefore(operator: OperatorId, at: Date): Promise<string[]> {
    const rows = await this.db.many<{ id: string }>('DELETE FROM adminapi.session WHERE operator = $1 AND created_at < $2 RETURNING id', [
      operator,
      at,
    ]);
    return rows.map(({ id }) => id);
  }

  /** Shows a second factor as on or off in all sessions of its operator. */
  async setTotp(operator: OperatorId, isEnabled: boolean): Promise<void> {
    await this.db.exec('UPDATE adminapi.session SET totp_enabled = $2 WHERE operator = $1', [operator, isEnabled]);
  }

  /** Deletes what has ended by itself. Answers how many. */
  prune(limits: SessionLimits): Promise<number> {
    return this.db.exec(`DELETE FROM adminapi.session WHERE NOT (${living})`, [limits.idleMs, limits.absoluteMs]);
  }
}

function toSession(row: Row): Session {
  return {
    id: row.id,
    operator: row.operator,
    login: row.login,
    totpEnabled: row.totp_enabled,
    createdAt: row.created_at,
    usedAt: row.used_at,
  };
}
