import type { Caller, Operator, OperatorId } from '@nereid/contracts';
import { OwnerPool, type Row } from '@nereid/database';
import { Injectable } from '@nestjs/common';

/** An operator as identity keeps it. */
export interface OperatorRow {
  readonly id: OperatorId;
  readonly login: string;
  /** argon2id in its own encoding. */
  readonly passwordHash: string;
  readonly passwordChangedAt: Date;
  /** Of the second factor, once it is on. */
  readonly totpSecret: Buffer | undefined;
  /** Of a second factor that has not been confirmed. */
  readonly totpPending: Buffer | undefined;
}

@Injectable()
export class OperatorsRepository {
  constructor(private readonly db: OwnerPool) {}

  find(id: OperatorId): Promise<OperatorRow | undefined> {
    return this.db.maybe('SELECT * FROM identity.operator WHERE id = $1', [id], toOperator);
  }

  findByLogin(login: string): Promise<OperatorRow | undefined> {
    return this.db.maybe('SELECT * FROM identity.operator WHERE lower(login) = lower($1)', [login], toOperator);
  }

  /** Inserts the operator, or sets the password of the one with this login; with its audit and outbox rows. Safe to repeat. */
  put(operator: Pick<OperatorRow, 'id' | 'login' | 'passwordHash'>, caller: Caller): Promise<OperatorRow> {
    return this.db.one(
      `WITH put AS (
         INSERT INTO identity.operator (id, login, password_hash) VALUES ($1, $2, $3)
         ON CONFLICT (lower(login)) DO UPDATE SET password_hash = excluded.password_hash, password_changed_at = now(), updated_at = now(),
             version = operator.version + 1
         RETURNING *
       ), told AS (
         INSERT INTO identity.outbox (subject, resource_id, version, body)
         SELECT 'operator.changed', id::text, version, jsonb_build_object('id', id, 'login', login, 'passwordChanged', version > 1) FROM put
       ), audited AS (
         INSERT INTO identity.audit (caller, action, resource, resource_id, outcome)
         SELECT $4, CASE version WHEN 1 THEN 'operator.create' ELSE 'operator.set-password' END, 'operator', id::text, 'succeeded' FROM put
       )
       SELECT * FROM put`,
      [operator.id, operator.login, operator.passwordHash, JSON.stringify(caller)],
      toOperator,
    );
  }

  /** Keeps a secret that is to be confirmed; undefined when a second factor is on already. */
  beginTotp(id: OperatorId, secret: Buffer): Promise<OperatorRow | undefined> {
    return this.db.maybe(
      'UPDATE identity.operator SET totp_pending = $2, updated_at = now() WHERE id = $1 AND totp_secret IS NULL RETURNING *',
      [id, secret],
      toOperator,
    );
  }

  /** Turns on what was begun; undefined when `secret` is not what was begun, or another did so meanwhile. `step` counts as used. */
  confirmTotp(id: OperatorId, secret: Buffer, step: number, caller: Caller): Promise<OperatorRow | undefined> {
    return this.db.maybe(
      `WITH put AS (
         UPDATE identity.operator SET totp_secret = totp_pending, totp_pending = NULL, totp_last_step = $3, updated_at = now(), version = version + 1
          WHERE id = $1 AND totp_pending = $2 AND totp_secret IS NULL RETURNING *
       ), ${told('operator.enable-totp', '$4')}
       SELECT * FROM put`,
      [id, secret, step, JSON.stringify(caller)],
      toOperator,
    );
  }

  /** Turns the second factor off; undefined when it was off. */
  removeTotp(id: OperatorId, caller: Caller): Promise<OperatorRow | undefined> {
    return this.db.maybe(
      `WITH put AS (
         UPDATE identity.operator SET totp_secret = NULL, totp_pending = NULL, updated_at = now(), version = version + 1
          WHERE id = $1 AND totp_secret IS NOT NULL RETURNING *
       ), ${told('operator.disable-totp', '$2')}
       SELECT * FROM put`,
      [id, JSON.stringify(caller)],
      toOperator,
    );
  }

  /** Notes that the code of this step was used; false when it, or a later one, was used before. */
  async useTotpStep(id: OperatorId, step: number): Promise<boolean> {
    return (await this.db.exec('UPDATE identity.operator SET totp_last_step = $2 WHERE id = $1 AND totp_last_step < $2', [id, step])) === 1;
  }
}

function told(action: string, caller: string): string {
  return `told AS (
         INSERT INTO identity.outbox (subject, resource_id, version, body)
         SELECT 'operator.changed', id::text, version, jsonb_build_object('id', id, 'login', login) FROM put
       ), audited AS (
         INSERT INTO identity.audit (caller, action, resource, resource_id, outcome)
         SELECT ${caller}, '${action}', 'operator', id::text, 'succeeded' FROM put
       )`;
}

/** What others may know of an operator. */
export function shownOperator(row: OperatorRow): Operator {
  const { id, login, totpSecret, passwordChangedAt } = row;
  return { id, login, totpEnabled: totpSecret !== undefined, passwordChangedAt: passwordChangedAt.toISOString() };
}

function toOperator(row: Row): OperatorRow {
  return {
    id: row.id,
    login: row.login,
    passwordHash: row.password_hash,
    passwordChangedAt: row.password_changed_at,
    totpSecret: row.totp_secret ?? undefined,
    totpPending: row.totp_pending ?? undefined,
  };
}
