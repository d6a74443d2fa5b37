import type { ServerId, VmId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { despiteLoad, freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { commitSql, releaseSql, releaseVmSql } from './capacity.sql.repository';
import { aKey, aProcess, aServer, aVm, aWant, anOwner } from './a-room.testing';

interface Plan {
  readonly 'QUERY PLAN': string;
}

describe('capacity', () => {
  let database: FreshDatabase;
  let pool: OwnerPool;
  let one: ReturnType<typeof aProcess>;
  let other: ReturnType<typeof aProcess>;

  beforeAll(async () => {
    database = await freshDatabase();
    pool = new OwnerPool('cnapi', { ...database, poolSize: 16 });
  });
  beforeEach(async () => {
    await pool.exec('DELETE FROM cnapi.reservation');
    await pool.exec('DELETE FROM cnapi.server');
    [one, other] = [aProcess(pool), aProcess(pool)];
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const counters = (server: ServerId) =>
    pool.one<{ memory: number; n: number; version: number }>(
      'SELECT reserved_memory_mib AS memory, reserved_instances AS n, version FROM cnapi.server WHERE id = $1',
      [server],
    );

  it('reserves once a key, however often and by whichever process it is asked', async () => {
    const server = await aServer(pool, one.servers, 8);
    const want = aWant();
    const answers = await Promise.all([one, other, one, other].map((process) => process.capacity.reserve(want)));
    expect(answers).toEqual([server, server, server, server]);
    expect(await counters(server)).toMatchObject({ memory: 1024, n: 1 });
  });

  it('never sells more than there is to racing processes, and sells all of it', async () => {
    const servers = [await aServer(pool, one.servers, 8), await aServer(pool, one.servers, 5), await aServer(pool, one.servers, 3)];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 64 }, () => aWant()).map((want, n) => despiteLoad(() => (n % 2 ? one : other).capacity.reserve(want))),
    );
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(16);
    for (const lost of outcomes) {
      if (lost.status === 'rejected')
        expect(lost.reason).toMatchObject({ code: 'InsufficientCapacity', message: /not enough memoryMiB \(3\)/ });
    }
    expect(await Promise.all(servers.map(counters))).toMatchObject([{ n: 8 }, { n: 5 }, { n: 3 }]);
  });

  it('gives back, fences the key, and can sell again', async () => {
    const server = await aServer(pool, one.servers, 1);
    const want = aWant();
    await one.capacity.reserve(want);
    await expect(other.capacity.reserve(aWant())).rejects.toMatchObject({ code: 'InsufficientCapacity' });
    expect(await one.capacity.release(want.key)).toBe(true);
    expect(await one.capacity.release(want.key)).toBe(false);
    expect(await counters(server)).toMatchObject({ memory: 0, n: 0 });
    await expect(one.capacity.reserve(want)).rejects.toMatchObject({ code: 'Fenced' });
    expect(await other.capacity.reserve(aWant())).toBe(server);
  });

  it('refuses a reserve that arrives after its release', async () => {
    await aServer(pool, one.servers, 1);
    const key = aKey();
    expect(await one.capacity.release(key)).toBe(false);
    await expect(one.capacity.reserve(aWant({ key }))).rejects.toMatchObject({ code: 'Fenced' });
  });

  it('counts right when release and reserve of a key meet', async () => {
    const server = await aServer(pool, one.servers, 64);
    for (let n = 0; n < 30; n++) {
      const want = aWant();
      await Promise.allSettled([one.capacity.reserve(want), other.capacity.release(want.key), one.capacity.release(want.key)]);
      await one.capacity.release(want.key);
    }
    expect(await counters(server)).toMatchObject({ memory: 0, n: 0 });
  });

  it('gives back all that an instance holds', async () => {
    const server = await aServer(pool, one.servers, 8);
    const vm = aVm();
    const owner = anOwner();
    await one.capacity.reserve(aWant({ vm, owner }));
    await one.capacity.reserve(aWant({ vm, owner })); // as while it migrates
    expect(await one.capacity.releaseVm(vm)).toBe(true);
    expect(await one.capacity.releaseVm(vm)).toBe(false);
    expect(await counters(server)).toMatchObject({ memory: 0, n: 0 });
  });

  it('places nothing on a server that another process knows to be down', async () => {
    const server = await aServer(pool, one.servers, 8);
    await one.keeper.loaded();
    await other.keeper.loaded();
    await other.servers.transition([{ id: server, from: 'up', to: 'suspect', lastSeenAt: undefined }]);
    await expect(one.capacity.reserve(aWant())).rejects.toMatchObject({ code: 'InsufficientCapacity', message: /server is suspect/ });
  });

  it('holds near and far', async () => {
    const owner = anOwner();
    await aServer(pool, one.servers, 8);
    await aServer(pool, one.servers, 8);
    const first = aWant({ owner });
    const at = await one.capacity.reserve(first);
    const near = (strict: boolean, vm: VmId) => aWant({ owner, locality: { near: [vm], far: [], strict } });
    const far = (strict: boolean, ...vms: VmId[]) => aWant({ owner, locality: { near: [], far: vms, strict } });
    expect(await one.capacity.reserve(near(true, first.vm))).toBe(at);
    expect(await one.capacity.reserve(near(false, first.vm))).toBe(at);
    const apart = far(true, first.vm);
    const elsewhere = await one.capacity.reserve(apart);
    expect(elsewhere).not.toBe(at);
    await expect(one.capacity.reserve(far(true, first.vm, apart.vm))).rejects.toMatchObject({ code: 'InsufficientCapacity' });
    await expect(one.capacity.reserve(far(false, first.vm, apart.vm))).resolves.toBeDefined();
    await expect(one.capacity.reserve(near(true, aVm()))).rejects.toMatchObject({ code: 'InsufficientCapacity' });
  });

  it('keeps instances apart that are created at the same moment, and forgets it when they go', async () => {
    const servers = [await aServer(pool, one.servers, 20), await aServer(pool, one.servers, 20)];
    for (let n = 0; n < 10; n++) {
      const owner = anOwner();
      const [a, b] = [aVm(), aVm()];
      const placed = await Promise.all([
        one.capacity.reserve(aWant({ owner, vm: a, locality: { near: [], far: [b], strict: true } })),
        other.capacity.reserve(aWant({ owner, vm: b, locality: { near: [], far: [a], strict: true } })),
      ]);
      expect(new Set(placed).size).toBe(2);
      await one.capacity.releaseVm(a);
      await other.capacity.releaseVm(b);
    }
    expect(await Promise.all(servers.map(counters))).toMatchObject([{ n: 0 }, { n: 0 }]);
    await one.reservations.tidy(30);
    expect(await pool.many('SELECT * FROM cnapi.separation')).toEqual([]);
  });

  it('sells nothing more when a server shrinks below what is reserved on it', async () => {
    const server = await aServer(pool, one.servers, 8);
    await one.capacity.reserve(aWant());
    await one.capacity.reserve(aWant());
    const row = (await one.servers.find(server))!;
    await one.servers.putFacts(server, { ...row.facts!, boot: 2 }, { cpuPercent: 100, memoryMiB: 512, diskGiB: 100, instances: 10 });
    expect((await one.servers.find(server))!.sellable_memory_mib).toBe(2048);
    await expect(one.capacity.reserve(aWant())).rejects.toMatchObject({ code: 'InsufficientCapacity' });
  });

  it('writes no row when a node repeats its facts', async () => {
    const server = await aServer(pool, one.servers, 8);
    const row = (await one.servers.find(server))!;
    const sold = { cpuPercent: 100_000, memoryMiB: 8 * 1024, diskGiB: 10_000, instances: 224 };
    expect(await one.servers.putFacts(server, row.facts!, sold)).toBeUndefined();
    expect((await one.servers.find(server))!.version).toBe(row.version);
  });

  it('keeps why an instance stands where it stands', async () => {
    const server = await aServer(pool, one.servers, 8);
    const want = aWant();
    await one.capacity.reserve(want);
    expect(await one.capacity.explain(want.vm)).toMatchObject({ considered: 1, chosen: server, conflicts: 0, best: [{ server }] });
    await expect(one.capacity.explain(aVm())).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  it('commits and releases without reading a table whole', async () => {
    const server = await aServer(pool, one.servers, 8);
    await pool.exec(
      `INSERT INTO cnapi.server (id, hostname, driver, public_key) SELECT gen_random_uuid(), 'n' || i, 'simulated', 'n' || i FROM generate_series(1, 2000) i`,
    );
    await pool.exec(
      `INSERT INTO cnapi.reservation (key, state, vm, owner, server)
       SELECT 'k' || i, 'held', gen_random_uuid(), gen_random_uuid(), $1 FROM generate_series(1, 5000) i`,
      [server],
    );
    await pool.exec(`INSERT INTO cnapi.separation (server, vm, here) SELECT server, vm, 1 FROM cnapi.reservation WHERE state = 'held'`);
    const admin = new OwnerPool('cnapi', { ...database, user: 'postgres', poolSize: 1 });
    await admin.exec('ANALYZE cnapi.server, cnapi.reservation, cnapi.separation');
    const plans = [
      await admin.many<Plan>(`EXPLAIN ${commitSql}`, ['k', aVm(), anOwner(), server, 1, 1, 1, [aVm()], false, '{}']),
      await admin.many<Plan>(`EXPLAIN ${releaseSql}`, ['k1']),
      await admin.many<Plan>(`EXPLAIN ${releaseVmSql}`, [aVm()]),
    ];
    await admin.end();
    for (const plan of plans)
      expect(plan.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan on (server|reservation|separation)/);
  });
});
