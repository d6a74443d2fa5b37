import { AccountId, OperatorId, RequestId, type Caller } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { SystemIds } from '@nereid/ports';
import { parseSshPublicKey } from '@nereid/http-signature';
import { generateKeys } from '@nereid/http-signature/testing';
import { despiteLoad, freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { AccountsRepository } from './accounts/accounts.repository';
import { KeysRepository, type NewKey } from './keys/keys.repository';
import { OperatorsRepository } from './operators/operators.repository';

const ids = new SystemIds();
const caller: Caller = { kind: 'service', service: 'test', requestId: RequestId.parse(ids.random()) };
const generated = generateKeys();

let database: FreshDatabase;
let db: OwnerPool;
let accounts: AccountsRepository;
let keys: KeysRepository;
let operators: OperatorsRepository;

beforeAll(async () => {
  database = await freshDatabase();
  db = new OwnerPool('identity', { ...database, poolSize: 4 });
  accounts = new AccountsRepository(db);
  keys = new KeysRepository(db);
  operators = new OperatorsRepository(db);
});
afterAll(async () => {
  await db?.end();
  await database?.drop();
});

let count = 0;
function anAccount(): Promise<{ id: AccountId; login: string; version: number }> {
  const login = `customer${++count}`;
  return accounts.insert(
    { id: AccountId.parse(ids.random()), login, email: `${login}@example.com`, approvedForProvisioning: true },
    caller,
  );
}

function aKey(account: AccountId, kind: keyof typeof generated = 'ed25519', name = 'laptop'): NewKey {
  const key = parseSshPublicKey(generated[kind].publicLine);
  return { account, name, publicKey: key.openssh, type: key.type, fingerprint: key.md5, sha256Fingerprint: key.sha256 };
}

function written(resourceId: string): Promise<{ subject: string; version: number }[]> {
  return db.many('SELECT subject, version FROM identity.outbox WHERE resource_id = $1 ORDER BY id', [resourceId]);
}

describe('accounts', () => {
  it('keeps what it was given, and finds it by id and by login in any case', async () => {
    const made = await anAccount();
    expect(await accounts.get(made.id)).toEqual(made);
    expect(await accounts.getByLogin(made.login.toUpperCase())).toEqual(made);
    await expect(accounts.get(AccountId.parse(ids.random()))).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await expect(accounts.getByLogin('nobody')).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  it('refuses a second account with the same login or e-mail, whatever the case', async () => {
    const { login } = await anAccount();
    const other = { id: AccountId.parse(ids.random()), approvedForProvisioning: true };
    await expect(accounts.insert({ ...other, login: login.toUpperCase(), email: 'x@example.com' }, caller)).rejects.toMatchObject({
      code: 'InUse',
      errors: [{ field: 'login', code: 'Duplicate' }],
    });
    await expect(accounts.insert({ ...other, login: 'another', email: `${login}@EXAMPLE.com` }, caller)).rejects.toMatchObject({
      code: 'InUse',
      errors: [{ field: 'email' }],
    });
  });

  it('changes only what is named, and tells feed and audit in the same transaction', async () => {
    const made = await anAccount();
    const changed = await accounts.update(made.id, { companyName: 'Acme', cnsEnabled: true }, caller);
    expect(changed).toMatchObject({ login: made.login, companyName: 'Acme', cnsEnabled: true, version: 2 });
    expect(await written(made.id)).toEqual([
      { subject: 'account.changed', version: 1 },
      { subject: 'account.changed', version: 2 },
    ]);
    const audit = await db.many('SELECT action, outcome, account, caller FROM identity.audit WHERE resource_id = $1 ORDER BY id', [
      made.id,
    ]);
    expect(audit).toMatchObject([
      { action: 'account.create', outcome: 'succeeded', account: made.id, caller },
      { action: 'account.update' },
    ]);
  });

  it('leaves no trace when a change is refused', async () => {
    const [a, b] = [await anAccount(), await anAccount()];
    await expect(accounts.update(b.id, { email: `${a.login}@example.com` }, caller)).rejects.toMatchObject({ code: 'InUse' });
    expect(await written(b.id)).toHaveLength(1);
    expect((await accounts.get(b.id)).version).toBe(1);
  });

  it('lists by login, page by page', async () => {
    await anAccount();
    await anAccount();
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await accounts.list(2, after);
      seen.push(...page.map((account) => account.login));
      after = page.at(-1)?.login;
      if (page.length < 2) break;
    }
    const { n } = await db.one<{ n: number }>('SELECT count(*) AS n FROM identity.account');
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toHaveLength(n);
  });
});

describe('keys', () => {
  it('are found by either fingerprint and by name, for the account or by login and by id', async () => {
    const account = await anAccount();
    const { key } = await keys.insert(aKey(account.id), caller);
    for (const name of [key.fingerprint, `MD5:${key.fingerprint}`, key.sha256Fingerprint, 'laptop']) {
      expect(await keys.get(account.id, name)).toEqual(key);
      for (const login of [account.login, account.id, account.id.toUpperCase()]) {
        expect(await keys.resolve(login, name)).toMatchObject({ account: { id: account.id, version: 2 }, key });
      }
    }
    expect(await keys.resolve(account.login, 'desktop')).toBeUndefined();
    expect(await keys.resolve('nobody', 'laptop')).toBeUndefined();
    await expect(keys.get(account.id, 'desktop')).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  it("prefer a fingerprint over another key's name", async () => {
    const account = await anAccount();
    const { key } = await keys.insert(aKey(account.id, 'rsa', 'good'), caller);
    await keys.insert(aKey(account.id, 'ed25519', key.fingerprint), caller);
    expect(await keys.resolve(account.login, key.fingerprint)).toMatchObject({ key: { name: 'good' } });
  });

  it('are the same when added again, and refused under another name or another key under theirs', async () => {
    const account = await anAccount();
    const first = await keys.insert(aKey(account.id), caller);
    expect(first.isNew).toBe(true);
    expect(await keys.insert(aKey(account.id), caller)).toEqual({ key: first.key, isNew: false });
    await expect(keys.insert(aKey(account.id, 'ed25519', 'other'), caller)).rejects.toMatchObject({
      code: 'InUse',
      errors: [{ field: 'key' }],
    });
    await expect(keys.insert(aKey(account.id, 'rsa', 'laptop'), caller)).rejects.toMatchObject({
      code: 'InUse',
      errors: [{ field: 'name' }],
    });
    expect(await written(account.id)).toHaveLength(2);
  });

  it('one key may serve two accounts', async () => {
    const [a, b] = [await anAccount(), await anAccount()];
    await keys.insert(aKey(a.id), caller);
    await keys.insert(aKey(b.id), caller);
    expect(await keys.resolve(b.login, 'laptop')).toMatchObject({ account: { id: b.id } });
  });

  it('raise the version of their account when they come and go', async () => {
    const account = await anAccount();
    await keys.insert(aKey(account.id), caller);
    await keys.delete(account.id, 'laptop', caller);
    expect(await keys.list(account.id)).toEqual([]);
    expect((await written(account.id)).map((entry) => entry.version)).toEqual([1, 2, 3]);
    await expect(keys.delete(account.id, 'laptop', caller)).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  it('sixteen writers of one key leave one key and one word of it', async () => {
    const account = await anAccount();
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => despiteLoad(() => keys.insert(aKey(account.id), caller))));
    expect(outcomes.filter((outcome) => outcome.isNew)).toHaveLength(1);
    expect(await keys.list(account.id)).toHaveLength(1);
    expect(await written(account.id)).toHaveLength(2);
  });

  it('of an account that does not exist are refused', async () => {
    await expect(keys.insert(aKey(AccountId.parse(ids.random())), caller)).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });
});

describe('operators', () => {
  it('are made once and get a new password afterwards', async () => {
    const passwordHash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA';
    const made = await operators.put({ id: OperatorId.parse(ids.random()), login: 'admin', passwordHash }, caller);
    const again = await operators.put({ id: OperatorId.parse(ids.random()), login: 'Admin', passwordHash: `${passwordHash}b` }, caller);
    expect(again).toMatchObject({ id: made.id, login: 'admin', passwordHash: `${passwordHash}b` });
    expect(await operators.findByLogin('ADMIN')).toEqual(again);
    const audit = await db.many('SELECT action, detail FROM identity.audit WHERE resource_id = $1 ORDER BY id', [made.id]);
    expect(audit).toEqual([
      { action: 'operator.create', detail: {} },
      { action: 'operator.set-password', detail: {} },
    ]);
  });

  it('cannot be kept with a password that is not hashed', async () => {
    await expect(operators.put({ id: OperatorId.parse(ids.random()), login: 'careless', passwordHash: 'hunter2' }, caller)).rejects.toThrow(
      /check/,
    );
  });
});
