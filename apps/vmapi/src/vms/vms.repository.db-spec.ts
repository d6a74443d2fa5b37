import { randomUUID } from 'node:crypto';
import {
  type AccountId,
  SeenState,
  type ServerId,
  type VmFilter,
  type VmId,
  VmState,
  vmStateShown,
  type WantedPower,
} from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { freshDatabase, type FreshDatabase } from '@nereid/testkit';
import type { PackageId } from '@nereid/contracts';
import { aPackageRow, aVmRow } from './test-rows.repository';
import { stateShownSql } from './vm-row';
import { VmsRepository } from './vms.repository';

const page = { limit: 1000, offset: 0, withTotal: false, sort: { by: 'createdAt', descending: false } } as const;

describe('lists of instances', () => {
  let database: FreshDatabase;
  let db: OwnerPool;
  let vms: VmsRepository;
  let pkg: PackageId;

  beforeAll(async () => {
    database = await freshDatabase();
    db = new OwnerPool('vmapi', { ...database, poolSize: 4 });
    vms = new VmsRepository(db);
    pkg = await aPackageRow(db);
  });
  afterAll(async () => {
    await db.end();
    await database.drop();
  });

  it('shows in SQL the very state that the contracts show, for every combination', async () => {
    const server = randomUUID() as ServerId;
    const cases = [];
    for (const ended of [null, 'failed', 'destroyed'])
      for (const seen of [null, ...SeenState.options])
        for (const job of [null, 'vm.provision', 'vm.start', 'vm.stop', 'vm.reboot', 'vm.destroy', 'vm.repair', 'vm.forget'])
          for (const wanted of ['running', 'stopped', 'gone'])
            for (const down of [false, true]) cases.push({ ended, seen, job, wanted, down });
    for (const down of [false, true]) {
      const some = cases.filter((one) => one.down === down);
      const shown = await db.many<string>(
        `SELECT ${stateShownSql('c', '$2')} AS state
           FROM jsonb_to_recordset($1::jsonb) AS c (ended text, seen_state text, job_workflow text, server uuid, n int) ORDER BY n`,
        [
          JSON.stringify(some.map((one, n) => ({ ended: one.ended, seen_state: one.seen, job_workflow: one.job, server, n }))),
          down ? [server] : [],
        ],
        (row) => row.state as string,
      );
      const expected = some.map((one) =>
        vmStateShown({
          wanted: one.wanted as WantedPower,
          seen: one.seen ?? undefined,
          job: one.job ?? undefined,
          failed: one.ended === 'failed',
          destroyed: one.ended === 'destroyed',
          serverDown: down,
        }),
      );
      expect(shown).toEqual(expected);
    }
    expect(VmState.options).toHaveLength(8);
  });

  it('pages by key without losing or repeating one, and counts them', async () => {
    const owner = randomUUID() as AccountId;
    // Made in one instant: the id must decide.
    const made = await Promise.all(Array.from({ length: 25 }, () => aVmRow(db, pkg, { owner, created_at: '2026-01-01T00:00:00.123456Z' })));
    const seen: VmId[] = [];
    let after: string | undefined;
    do {
      const got = await vms.list({ ...page, filter: { owner }, limit: 10, after, withTotal: true }, []);
      expect(got.total).toBe(25);
      seen.push(...got.rows.map((row) => row.id));
      after = got.next;
    } while (after !== undefined);
    expect(seen).toEqual(made.map((vm) => vm.id).sort());
    const second = await vms.list({ ...page, filter: { owner }, limit: 10, offset: 20 }, []);
    expect(second.rows.map((row) => row.id)).toEqual(seen.slice(20));
  });

  it('filters by what is given and nothing else', async () => {
    const owner = randomUUID() as AccountId;
    const image = randomUUID();
    const [tagged, stopped, failed, destroyed, longGone] = await Promise.all([
      aVmRow(db, pkg, { owner, tags: '{"role": "www", "primary": true, "n": 7}', seen_state: 'running', image_id: image }),
      aVmRow(db, pkg, { owner, alias: 'stopped0', seen_state: 'stopped', memory_mib: 64, power_wanted: 'stopped' }),
      aVmRow(db, pkg, { owner, ended: 'failed', ended_at: new Date() }),
      aVmRow(db, pkg, { owner, ended: 'destroyed', ended_at: new Date(), power_wanted: 'gone' }),
      aVmRow(db, pkg, { owner, ended: 'destroyed', ended_at: new Date(Date.now() - 8 * 86_400_000), power_wanted: 'gone' }),
    ]);
    const ids = async (filter: VmFilter) =>
      (await vms.list({ ...page, filter: { owner, ...filter } }, [])).rows.map((row) => row.id).sort();
    const of = (...some: { id: VmId }[]) => some.map((vm) => vm.id).sort();
    expect(await ids({})).toEqual(of(tagged, stopped));
    expect(await ids({ states: ['stopped'] })).toEqual(of(stopped));
    expect(await ids({ states: ['destroyed'] })).toEqual(of(destroyed));
    expect(await ids({ states: ['failed', 'running'] })).toEqual(of(failed, tagged));
    expect(await ids({ tags: { role: 'www' } })).toEqual(of(tagged));
    expect(await ids({ tags: { primary: 'true', n: '7', role: '*' } })).toEqual(of(tagged));
    expect(await ids({ tags: { role: 'db' } })).toEqual([]);
    expect(await ids({ tagged: true })).toEqual(of(tagged));
    expect(await ids({ alias: 'stopped0', memoryMiB: 64 })).toEqual(of(stopped));
    expect(await ids({ image: image as never })).toEqual(of(tagged));
    expect(await ids({ ids: [stopped.id, longGone.id] })).toEqual(of(stopped));
    await expect(vms.get(destroyed.id, owner)).resolves.toMatchObject({ ended: 'destroyed' });
    await expect(vms.get(longGone.id, owner)).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await expect(vms.get(tagged.id, randomUUID() as AccountId)).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  it('has an index for each hot list', async () => {
    // In portions: a service's connection gives no statement the time that all of them take on a busy machine.
    for (let first = 1; first <= 20_000; first += 1_000)
      await db.exec(
        `INSERT INTO vmapi.vm (id, owner, alias, brand, package_id, package_name, memory_mib, swap_mib, quota_gib, cpu_cap_percent, cpu_shares,
         max_processes, io_priority, image_id, image, networks, generation, server, created_at)
       SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((n % 100)::text, 12, '0'))::uuid, 'v' || n, 'lx', $1, 'p', 128, 256, 1, 0, 1, 100, 100,
         gen_random_uuid(), '{}', '[]', 2, gen_random_uuid(), now() - n * interval '1 second' FROM generate_series($2::int, $2::int + 999) n`,
        [pkg, first],
      );
    const admin = new OwnerPool('vmapi', { ...database, user: 'postgres', poolSize: 1 });
    await admin.exec('ANALYZE vmapi.vm');
    await admin.end();
    const owner = '00000000-0000-4000-8000-000000000007';
    const plan = async (sql: string) => (await db.many<string>(`EXPLAIN ${sql}`, [], (row) => row['QUERY PLAN'] as string)).join('\n');
    const living = `ended IS NULL AND seen_state IS DISTINCT FROM 'failed'`;
    expect(await plan(`SELECT * FROM vmapi.vm WHERE ${living} AND owner = '${owner}' ORDER BY created_at, id LIMIT 100`)).toContain(
      'vm_owner_created',
    );
    expect(await plan(`SELECT * FROM vmapi.vm WHERE ${living} ORDER BY created_at, id LIMIT 100`)).toContain('vm_created');
    expect(await plan(`SELECT * FROM vmapi.vm WHERE ended IS NULL AND server = '${owner}'`)).toContain('vm_server');
    expect(await plan(`SELECT * FROM vmapi.vm WHERE owner = '${owner}' AND alias = 'v7' AND ended IS NULL`)).toMatch(
      /vm_alias|vm_owner_created/,
    );
    expect(await plan(`SELECT * FROM vmapi.vm WHERE deviations >= 2 ORDER BY id LIMIT 100`)).toContain('vm_deviating');
    expect(
      await plan(
        `SELECT * FROM vmapi.vm WHERE spec_generation > told_generation AND server IS NOT NULL AND job IS NULL AND ended IS NULL AND updated_at < now() ORDER BY updated_at LIMIT 10`,
      ),
    ).toContain('vm_unpushed');
  });
});
