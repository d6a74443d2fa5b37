import { Injectable } from '@nestjs/common';
import type { Caller, Server, ServerId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { serverColumns, type ServerRow } from '../servers/servers.mapper';
import { tellChange } from '../servers/servers.repository';

/** One-time tokens and the servers that came by them. Only digests of tokens are kept. */
@Injectable()
export class EnrolmentRepository {
  constructor(private readonly db: OwnerPool) {}

  /** Keeps a new token for a server. Answers when it expires. */
  insertToken(tokenSha256: string, server: ServerId, validForMs: number, caller: Caller): Promise<Date> {
    return this.db.one<Date>(
      `WITH made AS (
         INSERT INTO cnapi.enrolment_token (token_sha256, server, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3 / 1000.0))
         RETURNING server, expires_at
       ), noted AS (
         INSERT INTO cnapi.audit (caller, action, resource, resource_id, outcome)
         SELECT $4, 'enrolment.create-token', 'server', server::text, 'succeeded' FROM made
       )
       SELECT expires_at FROM made`,
      [tokenSha256, server, validForMs, JSON.stringify(caller)],
      (row) => row.expires_at as Date,
    );
  }

  /**
   * Uses a token for a key and makes its server, in one statement. A token used by the same key before answers the same server. `replaced`
   * are the keys that the server had until then, also when it is asked again. Undefined: the token is unknown, expired or another key's.
   */
  async use(
    tokenSha256: string,
    by: { publicKey: string; hostname: string; driver: Server['driver'] },
    caller: Caller,
  ): Promise<{ server: ServerId; replaced: string[] } | undefined> {
    const row = await this.db.maybe<{ id: ServerId; replaced: string[] }>(useTokenSql, [
      tokenSha256,
      by.publicKey,
      by.hostname,
      by.driver,
      JSON.stringify(caller),
    ]);
    return row && { server: row.id, replaced: row.replaced };
  }

  /** Marks a server's credentials as withdrawn. Answers its row; undefined when there is no such server. */
  revoke(id: ServerId, caller: Caller): Promise<ServerRow | undefined> {
    return this.db.maybe<ServerRow>(
      `WITH changed AS (
         UPDATE cnapi.server SET revoked_at = COALESCE(revoked_at, now()), version = version + 1, changed_at = now() WHERE id = $1 RETURNING *
       ), told AS (${tellChange}
       ), noted AS (
         INSERT INTO cnapi.audit (caller, action, resource, resource_id, outcome)
         SELECT $2, 'enrolment.revoke', 'server', id::text, 'succeeded' FROM changed
       )
       SELECT ${serverColumns} FROM changed`,
      [id, JSON.stringify(caller)],
    );
  }
}

const useTokenSql = `
WITH token AS (
  UPDATE cnapi.enrolment_token t SET used_at = COALESCE(used_at, now()), public_key = $2,
         replaced_keys = replaced_keys || ARRAY(
           SELECT s.public_key FROM cnapi.server s WHERE s.id = t.server AND s.public_key <> $2 AND s.public_key <> ALL (t.replaced_keys))
   WHERE token_sha256 = $1 AND CASE WHEN used_at IS NULL THEN expires_at > now() ELSE public_key = $2 END
  RETURNING server, replaced_keys
), changed AS (
  INSERT INTO cnapi.server AS s (id, hostname, driver, public_key) SELECT server, $3, $4, $2 FROM token
  ON CONFLICT (id) DO UPDATE SET hostname = excluded.hostname, driver = excluded.driver, public_key = excluded.public_key,
     revoked_at = CASE WHEN s.public_key = excluded.public_key THEN s.revoked_at END, version = s.version + 1, changed_at = now()
  RETURNING *
), told AS (${tellChange}
), noted AS (
  INSERT INTO cnapi.audit (caller, action, resource, resource_id, outcome)
  SELECT $5, 'enrolment.enrol', 'server', id::text, 'succeeded' FROM changed
)
SELECT changed.id, (SELECT replaced_keys FROM token) AS replaced FROM changed`;
