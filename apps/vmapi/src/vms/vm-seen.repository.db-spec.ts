import { randomUUID } from 'node:crypto';
import type { InstanceSeen, PackageId, SeenState, ServerId, VmId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { aPackageRow, aVmRow } from './test-rows.repository';
import { VmSeenRepository } from './vm-seen.repository';

describe('what nodes report', () => {
  let database: FreshDatabase;
  let db: OwnerPool;
  let seen: VmSeenRepository;
  let pkg: PackageId;

  beforeAll(async () => {
    database = await freshDatabase();
    db = new OwnerPool('vmapi', { ...database, poolSize: 8 });
    seen = new VmSeenRepository(db);
    pkg = await aPackageRow(db);
  });
  afterAll(async () => {
    await db.end();
    await database.drop();
  });

  const aServer = () => randomUUID() as ServerId;
  const view = (id: VmId, state: SeenState, generation = 1): InstanceSeen => ({ id, state, generation, conditions: [] });
  const report = (boot: number, seq: number, instances: InstanceSeen[], complete = false, poolId = 'pool-1') => ({
    boot,
    seq,
    complete,
    poolId,
    instances,
  });
  const row = (id: VmId) => db.one('SELECT seen_state, deviations, version, seen_boot, seen_seq FROM vmapi.vm WHERE id = $1', [id]);

  it('believes a newer report and no older one', async () => {
    const server = aServer();
    const { id } = await aVmRow(db, pkg, { server });
    const apply = (boot: number, seq: number, state: SeenState) => seen.apply(server, report(boot, seq, [view(id, state)]));
    expect((await apply(1, 5, 'running')).changed).toHaveLength(1);
    expect((await apply(1, 4, 'stopped')).changed).toHaveLength(0);
    expect((await apply(1, 5, 'stopped')).changed).toHaveLength(0);
    expect((await apply(2, 1, 'stopped')).changed).toHaveLength(1);
    expect((await apply(1, 99, 'running')).changed).toHaveLength(0);
    expect(await row(id)).toMatchObject({ seen_state: 'stopped', seen_boot: 2, seen_seq: 1, version: 3 });
  });

  it('says in the feed whether the state shown has changed', async () => {
    const server = aServer();
    const [one, stopping] = await Promise.all([
      aVmRow(db, pkg, { server, seen_state: 'stopped' }),
      aVmRow(db, pkg, { server, seen_state: 'running', job: randomUUID(), job_workflow: 'vm.stop' }),
    ]);
    const told = (id: VmId) =>
      db.many<string[]>(`SELECT body -> 'changed' AS changed FROM vmapi.outbox WHERE resource_id = $1 AND subject = 'vm.seen' ORDER BY id`, [id], (entry) => entry.changed as string[]); // prettier-ignore
    const worse = { ...view(one.id, 'running'), conditions: [{ type: 'degraded', reason: 'test', message: 'test' }] };
    await seen.apply(server, report(1, 1, [view(one.id, 'running'), view(stopping.id, 'stopping')]));
    await seen.apply(server, report(1, 2, [worse as never, view(stopping.id, 'stopped')], true));
    await seen.apply(server, report(1, 3, [view(one.id, 'stopped')], true));
    expect(await told(one.id)).toEqual([['state'], [], ['state']]);
    expect(await told(stopping.id)).toEqual([[], ['state']]);
  });

  it('takes nobody’s word for an instance of another server', async () => {
    const { id } = await aVmRow(db, pkg, { server: aServer(), seen_state: 'running' });
    expect((await seen.apply(aServer(), report(1, 1, [view(id, 'stopped')]))).changed).toHaveLength(0);
    expect((await seen.apply(aServer(), report(1, 1, [view(id, 'stopped')], true))).changed).toHaveLength(0);
    expect(await row(id)).toMatchObject({ seen_state: 'running' });
  });

  it('writes nothing when a complete report says what is known', async () => {
    const server = aServer();
    const vms = await Promise.all([1, 2, 3].map(() => aVmRow(db, pkg, { server })));
    const views = vms.map((vm) => view(vm.id, 'running'));
    expect((await seen.apply(server, report(1, 1, views, true))).changed).toHaveLength(3);
    const before = await row(vms[0]!.id);
    expect((await seen.apply(server, report(1, 2, views, true))).changed).toHaveLength(0);
    expect(await row(vms[0]!.id)).toEqual(before);
    // An older single report is not believed after a newer complete one, though the row's own mark is older than both.
    expect((await seen.apply(server, report(1, 1, [view(vms[0]!.id, 'stopped')]))).changed).toHaveLength(0);
  });

  it('calls absent what a complete report lacks, if it comes from the same pool and no job is on it', async () => {
    const server = aServer();
    const [there, missing, busy] = await Promise.all([
      aVmRow(db, pkg, { server }),
      aVmRow(db, pkg, { server, pool_id: 'pool-1' }),
      aVmRow(db, pkg, { server, job: randomUUID(), job_workflow: 'vm.start' }),
    ]);
    await seen.apply(server, report(1, 1, [view(there.id, 'running')], true, 'another-pool'));
    expect(await row(missing.id)).toMatchObject({ seen_state: null });
    await seen.apply(server, report(1, 2, [view(there.id, 'running')], true, 'pool-1'));
    expect(await row(missing.id)).toMatchObject({ seen_state: 'absent' });
    expect(await row(busy.id)).toMatchObject({ seen_state: null });
  });

  it('counts complete reports that differ from what is wanted', async () => {
    const server = aServer();
    const [shouldStop, rebooted, poweredOff] = await Promise.all([
      aVmRow(db, pkg, { server, power_wanted: 'stopped' }),
      aVmRow(db, pkg, { server, seen_state: 'running', seen_boot: 1, seen_seq: 1 }),
      aVmRow(db, pkg, { server, seen_state: 'running', seen_boot: 2, seen_seq: 1 }),
    ]);
    const views = [view(shouldStop.id, 'running'), view(rebooted.id, 'stopped'), view(poweredOff.id, 'stopped')];
    await seen.apply(server, report(2, 2, views, true));
    await seen.apply(server, report(2, 3, views, true));
    expect(await row(shouldStop.id)).toMatchObject({ deviations: 2 });
    // It ran until the server's agent started anew: the server went down under it.
    expect(await row(rebooted.id)).toMatchObject({ deviations: 2 });
    // It ran under this very agent: its guest shut it down.
    expect(await row(poweredOff.id)).toMatchObject({ deviations: 0, seen_state: 'stopped' });
    await seen.apply(server, report(2, 4, [view(shouldStop.id, 'stopped'), ...views.slice(1)], true));
    expect(await row(shouldStop.id)).toMatchObject({ deviations: 0 });
  });

  it('does not go back behind what a task’s result said', async () => {
    const server = aServer();
    const { id } = await aVmRow(db, pkg, { server, seen_state: 'running', seen_generation: 5, seen_boot: 1, seen_seq: 3 });
    await seen.apply(server, report(1, 4, [view(id, 'stopped', 3)]));
    expect(await row(id)).toMatchObject({ seen_state: 'running' });
    await seen.apply(server, report(1, 5, [view(id, 'stopped', 5)]));
    expect(await row(id)).toMatchObject({ seen_state: 'stopped' });
  });

  it('names instances of which it knows nothing', async () => {
    const stranger = randomUUID() as VmId;
    expect((await seen.apply(aServer(), report(1, 1, [view(stranger, 'running')], true))).strangers).toEqual([stranger]);
  });

  it('notices what it missed', async () => {
    const server = aServer();
    expect(await seen.hasMissed(server, 1, 0)).toBe(false);
    expect(await seen.hasMissed(server, 1, 1)).toBe(true);
    await seen.apply(server, report(1, 1, [], true));
    expect(await seen.hasMissed(server, 1, 1)).toBe(false);
    expect(await seen.hasMissed(server, 1, 2)).toBe(true);
    await seen.apply(server, report(1, 3, []));
    expect(await seen.hasMissed(server, 1, 3)).toBe(true); // the second never came
    await seen.apply(server, report(1, 4, [], true));
    expect(await seen.hasMissed(server, 1, 4)).toBe(false);
    expect(await seen.hasMissed(server, 2, 1)).toBe(true);
  });

  it('stands many reports at once about the same instances', async () => {
    const server = aServer();
    const vms = await Promise.all(Array.from({ length: 20 }, () => aVmRow(db, pkg, { server })));
    await Promise.all(
      Array.from({ length: 16 }, (_, n) => {
        const views = vms.map((vm) => view(vm.id, n === 15 ? 'stopped' : 'running')).sort(() => (n % 2 ? 1 : -1));
        return seen.apply(server, report(1, n + 1, views, n % 3 === 0));
      }),
    );
    for (const vm of vms) expect(await row(vm.id)).toMatchObject({ seen_state: 'stopped', seen_seq: 16 });
  });
});
