import { ServiceError, type Account, type AccountId, type AccountPatch, type Caller } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { Injectable } from '@nestjs/common';
import { recordAccountChange } from '../account-changes.repository';
import { violatedConstraint } from '../constraint-violation';
import { patchColumns, toAccount } from './accounts.mapper';

export type NewAccount = AccountPatch & { id: AccountId; login: string; email: string; approvedForProvisioning: boolean };

@Injectable()
export class AccountsRepository {
  constructor(private readonly db: OwnerPool) {}

  /** The account with this id. @throws ResourceNotFound */
  async get(id: AccountId): Promise<Account> {
    const found = await this.db.maybe('SELECT * FROM identity.account WHERE id = $1', [id], toAccount);
    if (!found) throw new ServiceError('ResourceNotFound', 'There is no such account.');
    return found;
  }

  /** The account with this login, in upper or lower case. @throws ResourceNotFound */
  async getByLogin(login: string): Promise<Account> {
    const found = await this.db.maybe('SELECT * FROM identity.account WHERE lower(login) = lower($1)', [login], toAccount);
    if (!found) throw new ServiceError('ResourceNotFound', 'There is no such account.');
    return found;
  }

  /** Accounts by login, those after `after`. */
  list(limit: number, after: string | undefined): Promise<Account[]> {
    return this.db.many(
      'SELECT * FROM identity.account WHERE $1::text IS NULL OR lower(login) > lower($1) ORDER BY lower(login) LIMIT $2',
      [after ?? null, limit],
      toAccount,
    );
  }

  /** Inserts the account with its audit and outbox rows. @throws InUse id, login or e-mail are taken */
  async insert(account: NewAccount, caller: Caller): Promise<Account> {
    const { id, login, approvedForProvisioning, ...patch } = account;
    const { columns, values } = assignments(patch);
    return this.guarded(() =>
      this.db.transaction(async (tx) => {
        const made = await tx.one(
          `INSERT INTO identity.account (id, login, approved_for_provisioning, ${columns.join(', ')})
           VALUES ($1, $2, $3, ${columns.map((_, index) => `$${index + 4}`).join(', ')}) RETURNING *`,
          [id, login, approvedForProvisioning, ...values],
          toAccount,
        );
        await recordAccountChange(tx, caller, { account: made, action: 'account.create', resource: 'account', resourceId: id });
        return made;
      }),
    );
  }

  /** Changes what `patch` names; the rest stays. @throws ResourceNotFound @throws InUse the e-mail is taken @throws PreconditionFailed another version */
  async update(id: AccountId, patch: AccountPatch, caller: Caller, ifVersion?: number): Promise<Account> {
    const { columns, values } = assignments(patch);
    if (columns.length === 0) return this.get(id);
    return this.guarded(() =>
      this.db.transaction(async (tx) => {
        const changed = await tx.maybe(
          `UPDATE identity.account SET ${columns.map((column, index) => `${column} = $${index + 2}`).join(', ')},
             updated_at = now(), version = version + 1
           WHERE id = $1 AND ($${columns.length + 2}::bigint IS NULL OR version = $${columns.length + 2}) RETURNING *`,
          [id, ...values, ifVersion ?? null],
          toAccount,
        );
        if (!changed) {
          await this.get(id);
          throw new ServiceError('PreconditionFailed', 'The account was changed meanwhile; look at it again.');
        }
        const detail = { fields: Object.keys(patch) }; // the names are enough: contact data does not belong in an audit kept for a year
        await recordAccountChange(tx, caller, { account: changed, action: 'account.update', resource: 'account', resourceId: id, detail });
        return changed;
      }),
    );
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const constraint = violatedConstraint(error);
      const what = constraint && { account_login: 'login', account_email: 'email', account_pkey: 'id' }[constraint];
      if (!what) throw error;
      const message = `Another account has this ${what}.`;
      throw new ServiceError('InUse', message, { errors: [{ field: what, code: 'Duplicate', message }], cause: error });
    }
  }
}

function assignments(patch: AccountPatch): { columns: string[]; values: unknown[] } {
  const named = (Object.keys(patchColumns) as (keyof AccountPatch)[]).filter((field) => patch[field] !== undefined);
  return { columns: named.map((field) => patchColumns[field]), values: named.map((field) => patch[field]) };
}
