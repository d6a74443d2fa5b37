import type { CapacityAmounts, ServerId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { aKey, aProcess, aServer, aVm, aWant } from './a-room.testing';
import { reserveMoreSql, settleSql, unsettleSql } from './resizes.sql.repository';

/** What {@link aWant} reserves. */
const first: CapacityAmounts = { cpuPercent: 100, memoryMiB: 1024, diskGiB: 10 };
const larger: CapacityAmounts = { cpuPercent: 100, memoryMiB: 3072, diskGiB: 20 };
const smaller: CapacityAmounts = { cpuPercent: 50, memoryMiB: 512, diskGiB: 10 };

describe('room for resizes', () => {
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
    pool.one<{ cpu: number; memory: number; disk: number; n: number }>(
      `SELECT reserved_cpu_percent AS cpu, reserved_memory_mib AS memory, reserved_disk_gib AS disk, reserved_instances AS n FROM cnapi.server WHERE id = $1`,
      [server],
    );
  /** The counters are the sum of what is held, whatever was done. */
  const sums = (server: ServerId) =>
    pool.one(
      `SELECT coalesce(sum(cpu_percent), 0)::bigint AS cpu, coalesce(sum(memory_mib), 0)::bigint AS memory, coalesce(sum(disk_gib), 0)::bigint AS disk,
              coalesce(sum(instances), 0)::bigint AS n FROM cnapi.reservation WHERE server = $1 AND state = 'held'`,
      [server],
    );
  const expectReserved = async (server: ServerId, { cpuPercent, memoryMiB, diskGiB }: CapacityAmounts, n = 1): Promise<void> => {
    expect(await counters(server)).toEqual({ cpu: cpuPercent, memory: memoryMiB, disk: diskGiB, n });
    expect(await sums(server)).toEqual({ cpu: cpuPercent, memory: memoryMiB, disk: diskGiB, n });
  };
  const heldKeys = (vm: string): Promise<string[]> =>
    pool.many(`SELECT key FROM cnapi.reservation WHERE vm = $1 AND state = 'held' ORDER BY key`, [vm], (row) => row.key as string);
  /** An instance of 1 GiB on a server of so many. */
  const placed = async (memoryGiB: number) => {
    const server = await aServer(pool, one.servers, memoryGiB);
    const want = aWant();
    await one.capacity.reserve(want);
    return { server, vm: want.vm, base: want.key };
  };

  it('holds the difference first, and one reservation afterwards, however often each is asked', async () => {
    const { server, vm } = await placed(8);
    const [more, settle] = [aKey(), aKey()];
    await Promise.all([one, other, one].map((process) => process.resizes.reserveMore({ key: more, vm, server, to: larger })));
    await expectReserved(server, larger);
    expect(await heldKeys(vm)).toHaveLength(2);
    await Promise.all([one, other, one].map((process) => process.resizes.settle({ key: settle, vm, server, to: larger })));
    await expectReserved(server, larger);
    expect(await heldKeys(vm)).toEqual([settle]);
    expect(await one.capacity.explain(vm)).toMatchObject({ chosen: server });
    expect(await one.capacity.releaseVm(vm)).toBe(true);
    await expectReserved(server, { cpuPercent: 0, memoryMiB: 0, diskGiB: 0 }, 0);
  });

  it('gives back what becomes less only when it is settled', async () => {
    const { server, vm } = await placed(8);
    await one.resizes.reserveMore({ key: aKey(), vm, server, to: smaller });
    await expectReserved(server, first);
    await one.resizes.settle({ key: aKey(), vm, server, to: smaller });
    await expectReserved(server, smaller);
  });

  it('refuses what the server has not, says of what, and changes nothing', async () => {
    const { server, vm, base } = await placed(2);
    await expect(one.resizes.reserveMore({ key: aKey(), vm, server, to: larger })).rejects.toMatchObject({
      code: 'InsufficientCapacity',
      message: 'The server of the instance has no room for the new size: 2048 more MiB of memory are needed and 1024 left.',
    });
    await expectReserved(server, first);
    expect(await heldKeys(vm)).toEqual([base]);
  });

  it('never sells more than there is to racing resizes', async () => {
    const server = await aServer(pool, one.servers, 8);
    const vms = Array.from({ length: 4 }, aVm);
    for (const vm of vms) await one.capacity.reserve(aWant({ vm }));
    const to = { ...first, memoryMiB: 3072 };
    const outcomes = await Promise.allSettled(
      vms.map((vm, n) => (n % 2 ? one : other).resizes.reserveMore({ key: aKey(), vm, server, to })),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(2);
    expect(await counters(server)).toMatchObject({ memory: 8192, n: 4 });
  });

  it('gives the difference back and fences its key', async () => {
    const { server, vm } = await placed(8);
    const key = aKey();
    await one.resizes.reserveMore({ key, vm, server, to: larger });
    expect(await one.capacity.release(key)).toBe(true);
    expect(await one.capacity.release(key)).toBe(false);
    await expectReserved(server, first);
    await expect(one.resizes.reserveMore({ key, vm, server, to: larger })).rejects.toMatchObject({ code: 'Fenced' });
  });

  it('undoes a settling, also one that never came, and fences its key', async () => {
    const { server, vm, base } = await placed(8);
    const [more, settle, late] = [aKey(), aKey(), aKey()];
    const to = { cpuPercent: 50, memoryMiB: 2048, diskGiB: 5 };
    await one.resizes.reserveMore({ key: more, vm, server, to });
    await one.resizes.settle({ key: settle, vm, server, to });
    await expectReserved(server, to);
    expect(await one.resizes.unsettle(settle)).toBe(true);
    expect(await one.resizes.unsettle(settle)).toBe(false);
    // Both as before the settling: what grew and what shrank.
    await expectReserved(server, { cpuPercent: 100, memoryMiB: 2048, diskGiB: 10 });
    expect(await heldKeys(vm)).toEqual([base, more].sort());
    await one.capacity.release(more);
    await expectReserved(server, first);
    await expect(one.resizes.settle({ key: settle, vm, server, to })).rejects.toMatchObject({ code: 'Fenced' });

    expect(await one.resizes.unsettle(late)).toBe(false);
    await expect(one.resizes.settle({ key: late, vm, server, to })).rejects.toMatchObject({ code: 'Fenced' });
    await expectReserved(server, first);
  });

  it('does not take back from others what a settling gave them, until there is room again', async () => {
    const { server, vm } = await placed(1);
    const settle = aKey();
    await one.resizes.settle({ key: settle, vm, server, to: smaller });
    const neighbour = aWant({ needs: { ...aWant().needs, memoryMiB: 512 } });
    await one.capacity.reserve(neighbour);
    await expect(one.resizes.unsettle(settle)).rejects.toMatchObject({ code: 'InsufficientCapacity' });
    await expectReserved(server, { cpuPercent: 150, memoryMiB: 1024, diskGiB: 20 }, 2);
    await one.capacity.releaseVm(neighbour.vm);
    expect(await one.resizes.unsettle(settle)).toBe(true);
    await expectReserved(server, first);
  });

  it('gives nothing to an instance that holds nothing there, and brings back nothing of one that is gone', async () => {
    const { server, vm } = await placed(8);
    const settle = aKey();
    await one.resizes.settle({ key: settle, vm, server, to: smaller });
    await one.capacity.releaseVm(vm);
    expect(await one.resizes.unsettle(settle)).toBe(false);
    for (const act of ['reserveMore', 'settle'] as const)
      await expect(one.resizes[act]({ key: aKey(), vm, server, to: larger })).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await expectReserved(server, { cpuPercent: 0, memoryMiB: 0, diskGiB: 0 }, 0);
  });

  it('keeps instances apart that were asked to be, before, during and after', async () => {
    const server = await aServer(pool, one.servers, 8);
    const apart = aVm();
    const want = aWant({ locality: { near: [], far: [apart], strict: true } });
    await one.capacity.reserve(want);
    const separations = () => pool.many('SELECT vm, here, kept_away FROM cnapi.separation WHERE here + kept_away > 0 ORDER BY vm', []);
    const before = await separations();
    const more = aKey();
    await one.resizes.reserveMore({ key: more, vm: want.vm, server, to: larger });
    await one.capacity.release(more);
    expect(await separations()).toEqual(before);
    await one.resizes.settle({ key: aKey(), vm: want.vm, server, to: larger });
    expect(await separations()).toEqual(before);
    await one.capacity.releaseVm(want.vm);
    expect(await separations()).toEqual([]);
  });

  it('reads no table whole', async () => {
    const server = await aServer(pool, one.servers, 8);
    await pool.exec(
      `INSERT INTO cnapi.reservation (key, state, vm, owner, server, replaced_by)
       SELECT 'k' || i, 'held', gen_random_uuid(), gen_random_uuid(), $1, 'r' || i FROM generate_series(1, 5000) i`,
      [server],
    );
    await pool.exec(
      `INSERT INTO cnapi.server (id, hostname, driver, public_key) SELECT gen_random_uuid(), 'n' || i, 'simulated', 'n' || i FROM generate_series(1, 2000) i`,
    );
    const admin = new OwnerPool('cnapi', { ...database, user: 'postgres', poolSize: 1 });
    await admin.exec('ANALYZE cnapi.server, cnapi.reservation');
    const at = ['k', aVm(), server, 1, 1, 1];
    const plans = [
      await admin.many(`EXPLAIN ${reserveMoreSql}`, at),
      await admin.many(`EXPLAIN ${settleSql}`, at),
      await admin.many(`EXPLAIN ${unsettleSql}`, ['k']),
    ];
    await admin.end();
    for (const plan of plans)
      expect(plan.map((row) => row['QUERY PLAN'] as string).join('\n')).not.toMatch(/Seq Scan on (server|reservation)/);
  });
});
