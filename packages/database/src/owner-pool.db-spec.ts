import { StepKey } from '@nereid/contracts';
import { until } from '@nereid/ports/until';
import { freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { Client } from 'pg';
import { migrate, readMigrations } from './migrations';
import { OwnerPool } from './owner-pool';
import { schemaOwners, type SchemaOwner } from './owners';
import { setRolePasswords } from './roles';
import { violationOf } from './sql-errors';
import { releaseOnce, reserveOnce } from './step-keys';

describe('database', () => {
  let database: FreshDatabase;
  const pools: OwnerPool[] = [];
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await database.drop();
  });

  function poolOf(owner: SchemaOwner, poolSize = 4): OwnerPool {
    const pool = new OwnerPool(owner, { ...database, poolSize });
    pools.push(pool);
    return pool;
  }

  async function asAdministrator<T extends object>(sql: string): Promise<T[]> {
    const client = new Client({ connectionString: database.url() });
    await client.connect();
    const { rows } = await client.query<T>(sql);
    await client.end();
    return rows;
  }

  it('applies migrations once, also when several programs try at the same time', async () => {
    const empty = await freshDatabase('empty');
    const outcomes = await Promise.all([1, 2, 3].map(() => migrate({ connectionString: empty.url() })));
    await empty.drop();
    expect(outcomes.map((o) => o.applied.length).sort((a, b) => a - b)).toEqual([0, 0, readMigrations().length]);
  });

  it('refuses a history that was changed, and rolls a failing file back whole', async () => {
    const [first, ...rest] = readMigrations();
    await expect(migrate({ connectionString: database.url() }, [{ ...first!, checksum: 'other' }, ...rest])).rejects.toThrow(
      /changed after it was applied/,
    );
    const bad = { name: '20990101000000_vmapi_bad', sql: 'CREATE TABLE vmapi.half (a int); SELECT 1/0', checksum: 'x' };
    await expect(migrate({ connectionString: database.url() }, [...readMigrations(), bad])).rejects.toThrow(
      /20990101000000_vmapi_bad: division by zero/,
    );
    const client = poolOf('vmapi');
    expect(await client.one(`SELECT to_regclass('vmapi.half') AS t`)).toEqual({ t: null });
  });

  it.each(schemaOwners)('lets %s see its own schema alone', async (owner) => {
    const pool = poolOf(owner);
    const visible = await pool.many<string>(
      `SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'USAGE') AND nspname !~ '^pg_|information_schema'`,
      [],
      (row) => row.nspname as string,
    );
    expect(visible).toEqual([owner]);
    const other = schemaOwners.find((o) => o !== owner)!;
    await expect(pool.many(`SELECT * FROM ${other}.outbox`)).rejects.toThrow(/permission denied/);
    await expect(pool.exec(`UPDATE ${owner}.audit SET action = 'x'`)).rejects.toThrow(/permission denied/);
    await expect(pool.exec(`DELETE FROM ${owner}.audit`)).rejects.toThrow(/permission denied/);
    await expect(pool.exec(`TRUNCATE ${owner}.audit`)).rejects.toThrow(/permission denied/);
  });

  it('sets passwords that the roles log in with', async () => {
    await setRolePasswords({ connectionString: database.url() }, { napi: `it's "secret"` });
    const [role] = await asAdministrator<{ rolpassword: string }>(`SELECT rolpassword FROM pg_authid WHERE rolname = 'nereid_napi'`);
    expect(role?.rolpassword).toMatch(/^SCRAM-SHA-256\$/);
  });

  it('tries a deadlocked transaction again', async () => {
    const pool = poolOf('cnapi', 4);
    await pool.exec(`INSERT INTO cnapi.step_key (key, state, reply) VALUES ('a', 'reserved', '0'), ('b', 'reserved', '0')`);
    let runs = 0;
    let holding = 0;
    let release: () => void = () => undefined;
    const bothHold = new Promise<void>((resolve) => (release = resolve));
    const both = (first: string, second: string): Promise<void> =>
      pool.transaction(async (tx) => {
        runs++;
        const add = `UPDATE cnapi.step_key SET reply = to_jsonb((reply::text)::int + 1) WHERE key = $1`;
        await tx.exec(add, [first]);
        // Each has the row that the other wants next; the one that is tried again finds the way free.
        if (++holding === 2) release();
        await bothHold;
        await tx.exec(add, [second]);
      });
    await Promise.all([both('a', 'b'), both('b', 'a')]);
    expect(runs).toBeGreaterThan(2);
    expect(await pool.many('SELECT reply FROM cnapi.step_key ORDER BY key')).toEqual([{ reply: 2 }, { reply: 2 }]);
  });

  it('names the constraint that refused', async () => {
    const pool = poolOf('imgapi');
    const error: unknown = await pool.exec(`INSERT INTO imgapi.step_key (key, state) VALUES ('a', 'lost')`).catch((e: unknown) => e);
    expect(violationOf(error)).toMatchObject({ kind: 'check', constraint: 'step_key_state_check' });
  });

  it.each([
    ['U+0000 in a text', 'SELECT $1::text', 'a\u0000b'],
    ['U+0000 in JSON', 'SELECT $1::jsonb', JSON.stringify({ a: 'a\u0000b' })],
    ['half a surrogate pair in JSON', 'SELECT $1::jsonb', JSON.stringify({ a: 'a\ud800b' })],
  ])('answers InvalidArgument to %s, whoever asks', async (_, sql, value) => {
    const pool = poolOf('imgapi');
    await expect(pool.one(sql, [value])).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(pool.transaction((tx) => tx.one(sql, [value]))).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('answers ServiceUnavailable when nobody listens', async () => {
    const nowhere = new OwnerPool('vmapi', { ...database, port: 1, poolSize: 1 });
    await expect(nowhere.one('SELECT 1')).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    await expect(nowhere.transaction(async () => 1)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    await nowhere.end();
  });

  it('survives the server ending its idle connections', async () => {
    const pool = poolOf('adminapi', 2);
    await pool.one('SELECT 1');
    await asAdministrator(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nereid-adminapi' AND datname = current_database()`,
    );
    // A query that is sent before the pool has heard of the end may still fail; none after that.
    await until('a query succeeds', () => pool.one('SELECT 2 AS two').catch(() => undefined));
    expect(await pool.one('SELECT 3 AS three')).toEqual({ three: 3 });
  });

  describe('step keys', () => {
    const keyOf = (step: string): StepKey => StepKey.parse(`018f0000-0000-7000-8000-000000000001/${step}`);
    const reserve = (pool: OwnerPool, key: StepKey, act: () => Promise<{ address: string }>): Promise<{ address: string }> =>
      pool.transaction((tx) => reserveOnce(tx, 'napi', key, act));

    it('reserves once and answers the same to a repeat', async () => {
      const pool = poolOf('napi');
      const key = keyOf('once');
      let acted = 0;
      const act = async (): Promise<{ address: string }> => ({ address: `10.0.0.${++acted}` });
      const replies = await Promise.all([1, 2, 3].map(() => reserve(pool, key, act)));
      expect(replies).toEqual(Array(3).fill({ address: '10.0.0.1' }));
    });

    it('fences a reserve that arrives after its release', async () => {
      const pool = poolOf('napi');
      const key = keyOf('late');
      const undone: unknown[] = [];
      const release = (): Promise<{ wasReserved: boolean }> =>
        pool.transaction((tx) => releaseOnce(tx, 'napi', key, async (reply) => void undone.push(reply)));
      expect(await release()).toEqual({ wasReserved: false });
      await expect(reserve(pool, key, async () => ({ address: 'x' }))).rejects.toMatchObject({ code: 'Fenced' });
      expect(await release()).toEqual({ wasReserved: false });
      expect(undone).toEqual([]);
    });

    it('gives back what was reserved, once, however reserve and release race', async () => {
      const pool = poolOf('napi', 8);
      for (let i = 0; i < 30; i++) {
        const key = keyOf(`race-${i}`);
        const held = new Set<string>();
        const take = reserve(pool, key, async () => {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
          return { address: 'held' };
        }).then(
          () => held.add('reserved'),
          () => undefined,
        );
        const give = pool.transaction((tx) => releaseOnce(tx, 'napi', key, async () => void held.add('undone')));
        await Promise.all([take, give]);
        // Either the reserve came first and was undone, or it came late and got nothing.
        expect(held.has('reserved')).toBe(held.has('undone'));
      }
    });
  });
});
