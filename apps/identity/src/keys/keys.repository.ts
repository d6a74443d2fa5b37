import { ServiceError, Uuid, type Account, type AccountId, type Caller, type SshKey } from '@nereid/contracts';
import { OwnerPool, type Row, type Sql } from '@nereid/database';
import { keyReference } from '@nereid/http-signature';
import { Injectable } from '@nestjs/common';
import { recordAccountChange } from '../account-changes.repository';
import { toAccount } from '../accounts/accounts.mapper';
import { violatedConstraint } from '../constraint-violation';

export type NewKey = Omit<SshKey, 'createdAt'>;

/** A key may be named by either fingerprint or by name; a fingerprint goes first, since somebody may name a key like another's. */
const matches = `($2 = 'md5' AND k.fingerprint = $3 OR $2 = 'sha256' AND k.sha256_fingerprint = $3 OR k.name = $4)`;
const bestMatch = `ORDER BY (k.name = $4) LIMIT 1`;

function reference(account: string, key: string): unknown[] {
  const { by, value } = keyReference(key);
  return [account, by, value, key];
}

@Injectable()
export class KeysRepository {
  constructor(private readonly db: OwnerPool) {}

  /** Keys of an account, oldest first. */
  list(account: AccountId): Promise<SshKey[]> {
    return this.db.many('SELECT * FROM identity.ssh_key WHERE account = $1 ORDER BY created_at, fingerprint', [account], toKey);
  }

  /** One key, by name or fingerprint. @throws ResourceNotFound */
  async get(account: AccountId, key: string): Promise<SshKey> {
    const found = await find(this.db, account, key);
    if (!found) throw noSuchKey();
    return found;
  }

  /** Account and key in one round trip, by login or account id and by name or fingerprint; undefined when either is unknown. */
  resolve(login: string, key: string): Promise<{ account: Account; key: SshKey } | undefined> {
    const isId = Uuid.safeParse(login.toLowerCase()).success; // no login is as long as a UUID
    return this.db.maybe(
      `SELECT to_jsonb(k) AS key, a.* FROM identity.account a JOIN identity.ssh_key k ON k.account = a.id
        WHERE ${isId ? 'a.id = $1::uuid' : 'lower(a.login) = lower($1)'} AND ${matches} ${bestMatch}`,
      reference(login, key),
      (row) => ({ account: toAccount(row), key: toKey({ ...row.key, created_at: new Date(row.key.created_at as string) }) }),
    );
  }

  /**
   * Inserts a key, raises its account's version and writes audit and outbox. The same key under the same name is answered as it is.
   * @throws ResourceNotFound the account does not exist @throws InUse name or key are taken
   */
  async insert(key: NewKey, caller: Caller): Promise<{ key: SshKey; isNew: boolean }> {
    try {
      return await this.db.transaction(async (tx) => {
        const account = await touch(tx, key.account);
        const made = await tx.one(
          `INSERT INTO identity.ssh_key (account, fingerprint, sha256_fingerprint, name, type, public_key)
           VALUES ($1, $2, $3, $4, $5, $6) RETURNING *`,
          [key.account, key.fingerprint, key.sha256Fingerprint, key.name, key.type, key.publicKey],
          toKey,
        );
        await recordAccountChange(tx, caller, {
          account,
          action: 'key.create',
          resource: 'key',
          resourceId: key.fingerprint,
          detail: { name: key.name },
        });
        return { key: made, isNew: true };
      });
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint !== 'ssh_key_pkey' && constraint !== 'ssh_key_name') throw error;
      const present = await find(this.db, key.account, key.fingerprint);
      if (present?.name === key.name) return { key: present, isNew: false };
      const field = constraint === 'ssh_key_pkey' ? 'key' : 'name';
      const message =
        field === 'key' ? 'The account has this key already, under another name.' : 'Another key of the account has this name.';
      throw new ServiceError('InUse', message, { errors: [{ field, code: 'Duplicate', message }], cause: error });
    }
  }

  /** Deletes a key, raises its account's version and writes audit and outbox. @throws ResourceNotFound */
  async delete(account: AccountId, key: string, caller: Caller): Promise<void> {
    await this.db.transaction(async (tx) => {
      const found = await find(tx, account, key);
      if (!found) throw noSuchKey();
      const owner = await touch(tx, account);
      const deleted = await tx.exec('DELETE FROM identity.ssh_key WHERE account = $1 AND fingerprint = $2', [account, found.fingerprint]);
      if (deleted === 0) throw noSuchKey(); // somebody else deleted it while we waited for the account's row
      await recordAccountChange(tx, caller, {
        account: owner,
        action: 'key.delete',
        resource: 'key',
        resourceId: found.fingerprint,
        detail: { name: found.name },
      });
    });
  }
}

function find(sql: Sql, account: AccountId, key: string): Promise<SshKey | undefined> {
  return sql.maybe(`SELECT k.* FROM identity.ssh_key k WHERE k.account = $1 AND ${matches} ${bestMatch}`, reference(account, key), toKey);
}

async function touch(tx: Sql, account: AccountId): Promise<Account> {
  const touched = await tx.maybe('UPDATE identity.account SET version = version + 1 WHERE id = $1 RETURNING *', [account], toAccount);
  if (!touched) throw new ServiceError('ResourceNotFound', 'There is no such account.');
  return touched;
}

function noSuchKey(): ServiceError {
  return new ServiceError('ResourceNotFound', 'The account has no such key.');
}

function toKey(row: Row): SshKey {
  return {
    account: row.account,
    name: row.name,
    publicKey: row.public_key,
    type: row.type,
    fingerprint: row.fingerprint,
    sha256Fingerprint: row.sha256_fingerprint,
    createdAt: (row.created_at as Date).toISOString(),
  };
}
