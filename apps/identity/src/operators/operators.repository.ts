import type { Caller, OperatorId } from '@nereid/contracts';
import { OwnerPool, type Row } from '@nereid/database';
import { Injectable } from '@nestjs/common';

export interface Operator {
  readonly id: OperatorId;
  readonly login: string;
  /** argon2id in its own encoding. */
  readonly passwordHash: string;
}

@Injectable()
export class OperatorsRepository {
  constructor(private readonly db: OwnerPool) {}

  findByLogin(login: string): Promise<Operator | undefined> {
    return this.db.maybe('SELECT * FROM identity.operator WHERE lower(login) = lower($1)', [login], toOperator);
  }

  /** Inserts the operator, or sets the password of the one with this login; with its audit and outbox rows. Safe to repeat. */
  put(operator: Operator, caller: Caller): Promise<Operator> {
    return this.db.one(
      `WITH put AS (
         INSERT INTO identity.operator (id, login, password_hash) VALUES ($1, $2, $3)
         ON CONFLICT (lower(login)) DO UPDATE SET password_hash = excluded.password_hash, updated_at = now(), version = operator.version + 1
         RETURNING *
       ), told AS (
         INSERT INTO identity.outbox (subject, resource_id, version, body)
         SELECT 'operator.changed', id::text, version, jsonb_build_object('id', id, 'login', login) FROM put
       ), audited AS (
         INSERT INTO identity.audit (caller, action, resource, resource_id, outcome)
         SELECT $4, CASE version WHEN 1 THEN 'operator.create' ELSE 'operator.set-password' END, 'operator', id::text, 'succeeded' FROM put
       )
       SELECT * FROM put`,
      [operator.id, operator.login, operator.passwordHash, JSON.stringify(caller)],
      toOperator,
    );
  }
}

function toOperator(row: Row): Operator {
  return { id: row.id, login: row.login, passwordHash: row.password_hash };
}
