import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, connectBus } from '@nereid/bus';
import {
  type AccountId, type Caller, countPackages, createPackage, createVm, destroyVm, forgetVm, getJob, getUsage, getVm, type JobId, listJobs, listPackages,
  listVmAudit, listVms, type PackageId, rebootVm, type RequestId, resizeVm, retryJob, setUsageLimits, startVm, stopVm, updateVm, type Vm, type VmId,
} from '@nereid/contracts'; // prettier-ignore
import { OwnerPool } from '@nereid/database';
import { type RunningApps, startApps } from '@nereid/platform';
import { until } from '@nereid/ports/until';
import { despiteLoad, freshDatabase, type FreshDatabase, ownNats, type OwnServer } from '@nereid/testkit';
import { image, Neighbours, network, server } from './neighbours.fake';
import { VmsReconciler } from './vms/reconcilers/vms.reconciler';
import { vmapiApp } from './vmapi-app';

const directory = mkdtempSync(join(tmpdir(), 'nereid-vmapi-'));
const operator: Caller = { kind: 'operator', operator: randomUUID() as never, login: 'admin', requestId: randomUUID() as RequestId };
/** Many changes are asked for at once, and each must be answered, however busy the machine is. */
const patient = { timeoutMs: 60_000 };

describe('vmapi among its neighbours', () => {
  let database: FreshDatabase;
  let nats: OwnServer;
  let around: Neighbours;
  let apps: RunningApps;
  let bus: Bus;
  let db: OwnerPool;
  let packageId: PackageId;

  beforeAll(async () => {
    nats = await ownNats(); // others play the same neighbours
    database = await freshDatabase();
    db = new OwnerPool('vmapi', { ...database, poolSize: 2 });
    around = await Neighbours.start(nats.url);
    bus = await connectBus({ name: 'tester', servers: [nats.url] });
    const { host, port } = database;
    const config = {
      apps: {
        vmapi: {
          ...{ datacenter: 'test', installation: '0a1b2c3d', bus: { servers: [nats.url] }, reconcileEveryMs: 3_600_000 },
          database: { host, port, database: database.database, poolSize: 16 },
        },
      },
      health: { port: 0 },
      log: { level: process.env['VMAPI_LOG'] ?? 'fatal' },
    };
    writeFileSync(join(directory, 'vmapi.yaml'), JSON.stringify(config));
    apps = await startApps([vmapiApp], join(directory, 'vmapi.yaml'), {});
    const size = { memoryMiB: 128, swapMiB: 256, quotaGiB: 10, cpuCapPercent: 100, maxProcesses: 1000 };
    packageId = (await bus.call(createPackage, { name: 'g1-128M', version: '1.0.0', ...size }, operator)).id;
  });
  afterAll(async () => {
    await apps?.stop();
    await bus?.close();
    await around?.stop();
    await db?.end();
    await database?.drop();
    await nats?.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(() => {
    around.asked.length = 0;
    around.hold = around.fail = undefined;
    around.isFull = false;
  });

  const anAccount = () => randomUUID() as AccountId;
  const as = (account: AccountId): Caller => ({
    ...{ kind: 'account', account, login: 'acme', keyId: '/acme/keys/k', ip: '10.1.1.1', requestId: randomUUID() as RequestId },
  });
  const create = (owner: AccountId, more: object = {}) =>
    bus.call(createVm, { owner, image, package: 'g1-128M', networks: [{ network }], ...more }, as(owner), patient);

  const inState = (id: VmId, state: Vm['state']) =>
    until(`${id} is ${state}`, async () => {
      const vm = await bus.call(getVm, { id }, operator);
      return vm.state === state && vm.job === undefined && vm;
    });
  const heldBy = (id: VmId) => [...around.capacity.values(), ...around.addresses.values()].filter((vm) => vm === id).length;

  it('takes an instance through its life, and keeps account of it', async () => {
    const owner = anAccount();
    const made = await create(owner, { alias: 'web-{{shortId}}', metadata: { 'user-script': '#!/bin/sh' }, tags: { role: 'www' } });
    expect(made.vm).toMatchObject({
      state: 'provisioning',
      alias: `web-${made.vm.id.slice(0, 8)}`,
      brand: 'lx',
      packageName: 'g1-128M',
      nics: [],
    });
    const { id } = made.vm;
    const running = await inState(id, 'running');
    expect(running).toMatchObject({ server, nics: [{ ip: '10.0.0.2', primary: true }] });
    expect(heldBy(id)).toBe(2);

    const aim = { id, owner };
    await bus.call(stopVm, aim, as(owner));
    await inState(id, 'stopped');
    expect((await bus.call(stopVm, aim, as(owner))).job).toBeUndefined();
    await bus.call(startVm, aim, as(owner));
    await inState(id, 'running');
    await bus.call(rebootVm, aim, as(owner));
    await inState(id, 'running');
    expect(around.asked).toEqual(['instance.ensure', 'instance.stop', 'instance.start', 'instance.reboot']);

    const job = await bus.call(getJob, { id: made.job! }, operator);
    expect(job).toMatchObject({ workflow: 'vm.provision', state: 'succeeded', placement: { chosen: server } });
    expect(job.steps?.map((step) => [step.name, step.state])).toEqual([['pick-server', 'done'], ['reserve-nics', 'done'], ['boot', 'done']]); // prettier-ignore
    for (const step of job.steps!) expect(step.durationMs).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(job)).not.toContain('#!/bin/sh'); // no metadata in the log of jobs

    await bus.call(destroyVm, aim, as(owner));
    const gone = await inState(id, 'destroyed');
    expect(gone).toMatchObject({ nics: [], destroyedAt: expect.any(String) });
    expect([around.instances.has(id), heldBy(id)]).toEqual([false, 0]);
    expect((await bus.call(destroyVm, aim, as(owner))).job).toBeUndefined();
    await expect(bus.call(startVm, aim, as(owner))).rejects.toMatchObject({ code: 'Gone' });

    const { entries } = await bus.call(listVmAudit, { id, owner }, as(owner));
    expect(entries.map((entry) => [entry.action, entry.success])).toEqual([['destroy', true], ['reboot', true], ['start', true], ['stop', true], ['provision', true]]); // prettier-ignore
    expect(entries[0]!.caller).toEqual({ type: 'signature', ip: '10.1.1.1', keyId: '/acme/keys/k' });
    expect(await bus.call(getUsage, { account: owner }, as(owner))).toMatchObject({ instances: 0, memoryMiB: 0, quotaGiB: 0 });
    expect((await bus.call(listJobs, { vm: id, limit: 2 }, operator)).items.map((one) => one.workflow)).toEqual([
      'vm.destroy',
      'vm.reboot',
    ]);
  });

  it('makes a create three commits of vmapi', async () => {
    const commits = (): Promise<number> =>
      db.one(
        `SELECT pg_stat_clear_snapshot(), count(DISTINCT xid)::int AS n FROM (SELECT xid FROM vmapi.outbox UNION ALL SELECT xid FROM vmapi.audit) x`,
        [],
        (row) => row.n as number,
      );
    const before = await commits();
    const { vm } = await create(anAccount());
    await inState(vm.id, 'running');
    // Accepted, and ended with its result; between them one write of the log, which is in neither table.
    expect((await commits()) - before).toBe(2);
  });

  it('gives 10 of 50 parallel creates to a quota of 10', async () => {
    const owner = anAccount();
    await bus.call(setUsageLimits, { account: owner, limits: { instances: 10 } }, operator);
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => despiteLoad(() => create(owner))));
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(10);
    for (const one of results) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'QuotaExceeded' });
    const list = await bus.call(listVms, { filter: { owner }, withTotal: true, limit: 4 }, as(owner));
    expect([list.total, list.items.length]).toEqual([10, 4]);
    await until(
      'all run',
      async () => (await bus.call(listVms, { filter: { owner, states: ['running'] } }, as(owner))).items.length === 10,
    );
  });

  it('makes one instance of one Idempotency-Key sent 20 times at once', async () => {
    const owner = anAccount();
    const idempotency = { key: 'once', hash: 'a'.repeat(64) };
    const made = await Promise.all(Array.from({ length: 20 }, () => despiteLoad(() => create(owner, { idempotency }))));
    expect(new Set(made.map((one) => `${one.vm.id} ${one.job}`)).size).toBe(1);
    expect((await bus.call(listVms, { filter: { owner }, withTotal: true }, as(owner))).total).toBe(1);
    await expect(create(owner, { idempotency: { ...idempotency, hash: 'b'.repeat(64) } })).rejects.toMatchObject({
      code: 'IdempotencyMismatch',
    });
    await inState(made[0]!.vm.id, 'running');
    const stop = { id: made[0]!.vm.id, idempotency: { key: 'stop', hash: 'c'.repeat(64) } };
    const stops = await Promise.all(Array.from({ length: 20 }, () => despiteLoad(() => bus.call(stopVm, stop, as(owner), patient))));
    expect(new Set(stops.map((one) => one.job)).size).toBe(1);
    await inState(stop.id, 'stopped');
    expect(around.asked.filter((kind) => kind === 'instance.stop')).toHaveLength(1);
  });

  it('cancels a provisioning by destroying, and leaves nothing', async () => {
    const owner = anAccount();
    around.hold = 'instance.ensure';
    const { vm, job } = await create(owner);
    await until('the node has it', async () => around.holding === 1);
    await expect(bus.call(stopVm, { id: vm.id }, as(owner))).rejects.toMatchObject({ code: 'UnallocatedVM' });
    const destroyed = await bus.call(destroyVm, { id: vm.id }, as(owner));
    expect(destroyed.vm.state).toBe('stopping');
    await inState(vm.id, 'destroyed');
    expect((await bus.call(getJob, { id: job! }, operator)).state).toBe('canceled');
    expect([around.instances.has(vm.id), heldBy(vm.id)]).toEqual([false, 0]);
    expect(around.asked).toContain('instance.remove');
    expect(await bus.call(getUsage, { account: owner }, as(owner))).toMatchObject({ instances: 0 });
    around.hold = undefined;
  });

  it('keeps a failed instance with its reason, and lets it be destroyed', async () => {
    const owner = anAccount();
    around.fail = 'instance.ensure';
    const { vm } = await create(owner, { alias: 'web0' });
    const failed = await inState(vm.id, 'failed');
    expect(failed.failure).toMatchObject({ code: 'InternalError', message: 'made to fail' });
    expect([around.instances.has(vm.id), heldBy(vm.id)]).toEqual([false, 0]);
    around.fail = undefined;
    const again = await create(owner, { alias: 'web0' }); // its name is free again
    await inState(again.vm.id, 'running');
    await bus.call(destroyVm, { id: vm.id }, as(owner));
    await inState(vm.id, 'destroyed');
    expect(await bus.call(getUsage, { account: owner }, as(owner))).toMatchObject({ instances: 1 });
  });

  it('ends a task that took its time when the node reports it', async () => {
    around.hold = 'instance.ensure';
    const { vm, job } = await create(anAccount());
    await until('the job waits', async () => (await bus.call(getJob, { id: job! }, operator)).state === 'waiting');
    await around.release();
    await inState(vm.id, 'running');
  });

  it('changes names, metadata and tags at once and tells the node', async () => {
    const owner = anAccount();
    const { vm } = await create(owner, { metadata: { a: '1' }, tags: { x: 1 } });
    await inState(vm.id, 'running');
    const update = (change: object) => bus.call(updateVm, { id: vm.id, ...change } as never, as(owner));
    expect((await update({ action: 'rename', alias: 'renamed' })).alias).toBe('renamed');
    await until('the node knows its name', async () => around.instances.get(vm.id)?.alias === 'renamed');
    expect((await update({ action: 'set_metadata', metadata: { set: { b: '2' } } })).metadata).toEqual({ a: '1', b: '2' });
    expect((await update({ action: 'replace_tags', tags: { replace: true, set: { y: true } } })).tags).toEqual({ y: true });
    expect((await update({ action: 'remove_metadata', metadata: { remove: ['a'] } })).metadata).toEqual({ b: '2' });
    await expect(update({ action: 'set_tags', tags: { set: { 'triton.nonsense': 1 } } })).rejects.toMatchObject({
      code: 'ValidationFailed',
    });
    await expect(update({ action: 'rename', alias: 'no good' })).rejects.toMatchObject({ errors: [{ field: 'alias' }] });
    expect((await update({ action: 'enable_deletion_protection' })).deletionProtection).toBe(true);
    await expect(bus.call(destroyVm, { id: vm.id }, as(owner))).rejects.toMatchObject({ code: 'CannotDestroyMachine' });
    await update({ action: 'disable_deletion_protection' });
    // A request that had nothing to change is answered the same when it comes again, though there would be something by then.
    const once = { action: 'disable_firewall', idempotency: { key: 'off', hash: 'd'.repeat(64) } };
    expect((await update(once)).firewallEnabled).toBe(false);
    expect((await update({ action: 'enable_firewall' })).firewallEnabled).toBe(true);
    expect((await update(once)).firewallEnabled).toBe(true);
    await until('the node is told of all', async () =>
      db.one('SELECT told_generation >= spec_generation AS ok FROM vmapi.vm WHERE id = $1', [vm.id], (row) => row.ok as boolean),
    );
  });

  it('shows one account nothing of another', async () => {
    const [owner, other] = [anAccount(), anAccount()];
    const { vm, job } = await create(owner);
    await inState(vm.id, 'running');
    await expect(bus.call(resizeVm, { id: vm.id, package: 'g1-128M' }, as(other))).rejects.toMatchObject({ code: 'ResourceNotFound' });
    for (const call of [getVm, startVm, stopVm, rebootVm, destroyVm, listVmAudit] as const)
      await expect(bus.call(call as typeof getVm, { id: vm.id }, as(other))).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await expect(bus.call(getJob, { id: job as JobId }, as(other))).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await expect(bus.call(getVm, { id: vm.id, owner }, as(other))).rejects.toMatchObject({ code: 'ResourceNotFound' });
    expect((await bus.call(listVms, { filter: {} }, as(other))).items).toEqual([]);
    await expect(bus.call(forgetVm, { id: vm.id }, as(other))).rejects.toMatchObject({ code: 'NotAuthorized' });
    await expect(create(other, { networks: [{ network: randomUUID() }] })).rejects.toMatchObject({ code: 'ValidationFailed' });
    await expect(create(other, { package: 'no-such' })).rejects.toMatchObject({ errors: [{ field: 'package' }] });
    await expect(bus.call(createPackage, { name: 'mine', version: '1', memoryMiB: 64, swapMiB: 64, quotaGiB: 1, cpuCapPercent: 0, maxProcesses: 16 }, as(other))).rejects.toMatchObject({ code: 'NotAuthorized' }); // prettier-ignore
    await expect(bus.call(countPackages, {}, as(other))).rejects.toMatchObject({ code: 'NotAuthorized' });
    expect((await bus.call(countPackages, {}, operator)).active).toBe((await bus.call(listPackages, {}, operator)).packages.length);
    expect((await bus.call(listPackages, {}, as(other))).packages.map((one) => one.id)).toContain(packageId);
  });

  describe('a resize', () => {
    const small = { name: 'g1-128M', memoryMiB: 128, quotaGiB: 10 };
    const large = { name: 'g1-512M', memoryMiB: 512, quotaGiB: 20 };
    beforeAll(async () => {
      const size = { version: '1.0.0', swapMiB: 1024, cpuCapPercent: 200, maxProcesses: 2000 };
      await bus.call(createPackage, { ...size, ...large }, operator);
      await bus.call(createPackage, { ...size, ...large, name: 'old-512M', active: false }, operator);
      await bus.call(createPackage, { ...size, ...large, name: 'native-512M', brand: 'joyent' }, operator);
    });
    const running = async (owner: AccountId): Promise<VmId> => {
      const { vm } = await create(owner);
      await inState(vm.id, 'running');
      return vm.id;
    };
    const resize = (id: VmId, name: string, owner: AccountId, more: object = {}) =>
      bus.call(resizeVm, { id, package: name, ...more }, as(owner));
    const ended = (job: JobId | undefined) =>
      until(`job ${job} ends`, async () => {
        const seen = await bus.call(getJob, { id: job! }, operator);
        return seen.finishedAt !== undefined && seen;
      });
    const usage = async (owner: AccountId) => {
      const { instances, memoryMiB, quotaGiB } = await bus.call(getUsage, { account: owner }, as(owner));
      return { instances, memoryMiB, quotaGiB };
    };
    const expectSizes = async (id: VmId, owner: AccountId, { name, memoryMiB, quotaGiB }: typeof small): Promise<void> => {
      expect(await bus.call(getVm, { id }, as(owner))).toMatchObject({ packageName: name, memoryMiB, quotaGiB, state: 'running' });
      expect(around.instances.get(id)?.memoryMiB).toBe(memoryMiB);
      expect(await usage(owner)).toEqual({ instances: 1, memoryMiB, quotaGiB });
      expect(heldBy(id)).toBe(2);
    };

    it('changes sizes, limits and use up and down, and shows them when it is done', async () => {
      const owner = anAccount();
      const id = await running(owner);
      around.hold = 'instance.update';
      const grown = await resize(id, large.name, owner);
      await until('the node has it', async () => around.holding === 1);
      // Charged at once, shown when it is so.
      expect(await usage(owner)).toEqual({ instances: 1, memoryMiB: 512, quotaGiB: 20 });
      expect(await bus.call(getVm, { id }, as(owner))).toMatchObject({ packageName: small.name, memoryMiB: 128, state: 'running' });
      await expect(resize(id, small.name, owner)).rejects.toMatchObject({ code: 'Conflict' });
      await around.release();
      expect(await ended(grown.job)).toMatchObject({ workflow: 'vm.resize', state: 'succeeded' });
      await expectSizes(id, owner, large);

      expect((await resize(id, large.name, owner)).job).toBeUndefined();
      const shrunk = await ended((await resize(id, small.name, owner)).job);
      expect(shrunk.steps?.map((step) => [step.name, step.state])).toEqual([['reserve-room', 'done'], ['apply-limits', 'done'], ['settle-room', 'done']]); // prettier-ignore
      await expectSizes(id, owner, small);

      await bus.call(rebootVm, { id }, as(owner));
      await inState(id, 'running');
      await expectSizes(id, owner, small);
      const { entries } = await bus.call(listVmAudit, { id }, as(owner));
      expect(entries.map((entry) => [entry.action, entry.success])).toEqual([['reboot', true], ['resize', true], ['resize', true], ['provision', true]]); // prettier-ignore
      await bus.call(destroyVm, { id }, as(owner));
      await inState(id, 'destroyed');
      expect(await usage(owner)).toEqual({ instances: 0, memoryMiB: 0, quotaGiB: 0 });
    });

    it('leaves everything as it was when its server has no room, and is tried again by an operator', async () => {
      const owner = anAccount();
      const id = await running(owner);
      around.isFull = true;
      const { job } = await resize(id, large.name, owner);
      expect(await ended(job)).toMatchObject({ state: 'failed', error: { code: 'InsufficientCapacity', step: 'reserve-room' } });
      expect(around.asked).not.toContain('instance.update');
      await expectSizes(id, owner, small);
      const { entries } = await bus.call(listVmAudit, { id }, as(owner));
      expect(entries[0]).toMatchObject({ action: 'resize', success: false, message: expect.stringContaining('no room') });
      around.isFull = false;
      const again = await bus.call(retryJob, { id: job! }, operator);
      expect(await ended(again.id)).toMatchObject({ state: 'succeeded' });
      await expectSizes(id, owner, large);
    });

    it('leaves everything as it was when its node refuses', async () => {
      const owner = anAccount();
      const id = await running(owner);
      around.fail = 'instance.update';
      const { job } = await resize(id, large.name, owner);
      await until('it is being undone', async () => (await bus.call(getJob, { id: job! }, operator)).state === 'undoing');
      around.fail = undefined;
      await bus.call(retryJob, { id: job! }, operator).catch(() => undefined); // now, and not in a second
      expect(await ended(job)).toMatchObject({ state: 'failed', error: { step: 'apply-limits' } });
      await expectSizes(id, owner, small);
    });

    it('refuses what is past a limit of the account, and charges nothing', async () => {
      const owner = anAccount();
      const id = await running(owner);
      await bus.call(setUsageLimits, { account: owner, limits: { memoryMiB: 511 } }, operator);
      await expect(resize(id, large.name, owner)).rejects.toMatchObject({ code: 'QuotaExceeded' });
      await bus.call(setUsageLimits, { account: owner, limits: { quotaGiB: 19 } }, operator);
      await expect(resize(id, large.name, owner)).rejects.toMatchObject({ code: 'QuotaExceeded' });
      await expectSizes(id, owner, small);
    });

    it.each([
      ['no such package', 'no-such', { code: 'ValidationFailed', errors: [{ field: 'package' }] }],
      ['an inactive package', 'old-512M', { code: 'ValidationFailed', errors: [{ field: 'package' }] }],
      ['a package of another brand', 'native-512M', { code: 'ValidationFailed', errors: [{ field: 'package', message: expect.stringContaining('brand joyent') }] }], // prettier-ignore
    ])('refuses %s', async (_, name, refusal) => {
      const owner = anAccount();
      const id = await running(owner);
      const byIdToo =
        name === 'old-512M' ? (await bus.call(listPackages, { name, includeInactive: true }, operator)).packages[0]!.id : name;
      await expect(resize(id, byIdToo, owner)).rejects.toMatchObject(refusal);
      await expectSizes(id, owner, small);
    });

    it('is one job of one Idempotency-Key, and of parallel resizes one', async () => {
      const owner = anAccount();
      const id = await running(owner);
      const idempotency = { key: 'grow', hash: 'd'.repeat(64) };
      const same = await Promise.all(Array.from({ length: 10 }, () => resize(id, large.name, owner, { idempotency })));
      expect(new Set(same.map((one) => one.job)).size).toBe(1);
      await ended(same[0]!.job);
      around.hold = 'instance.update';
      const many = await Promise.allSettled(Array.from({ length: 10 }, () => resize(id, small.name, owner)));
      expect(many.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
      await until('the node has it', async () => around.holding === 1);
      await around.release();
      await until('it is smaller', async () => (await bus.call(getVm, { id }, as(owner))).packageName === small.name);
      await expectSizes(id, owner, small);
    });

    it('gives way to a destruction and leaves nothing', async () => {
      const owner = anAccount();
      const id = await running(owner);
      around.hold = 'instance.update';
      const { job } = await resize(id, large.name, owner);
      await until('the node has it', async () => around.holding === 1);
      await bus.call(destroyVm, { id }, as(owner));
      await inState(id, 'destroyed');
      expect(await ended(job)).toMatchObject({ state: 'canceled' });
      expect([around.instances.has(id), heldBy(id)]).toEqual([false, 0]);
      expect(await usage(owner)).toEqual({ instances: 0, memoryMiB: 0, quotaGiB: 0 });
    });
  });

  describe('the reconciler', () => {
    const round = () => apps.get('vmapi').get<VmsReconciler>(VmsReconciler, { strict: false }).round();
    /** One report at a time: two at once may be taken in the other order, and then the older is not believed. */
    const reportUntil = async (deviations: number, ...ids: VmId[]) => {
      await around.report();
      await until(
        `${deviations} reports are in`,
        () =>
        db.one('SELECT count(*) = $2 AS yes FROM vmapi.vm WHERE id = ANY ($1::uuid[]) AND deviations >= $3', [ids, ids.length, deviations], (row) => row.yes as boolean), // prettier-ignore
      );
    };

    it('removes what is still there of a destroyed instance, and starts what its server lost', async () => {
      const owner = anAccount();
      const [ghost, lost] = [(await create(owner)).vm.id, (await create(owner)).vm.id];
      await Promise.all([inState(ghost, 'running'), inState(lost, 'running')]);
      const there = around.instances.get(ghost)!;
      await bus.call(destroyVm, { id: ghost }, as(owner));
      await inState(ghost, 'destroyed');
      await around.report();
      await until(
        'the report is in',
        async () => (await db.one('SELECT seen_boot FROM vmapi.vm WHERE id = $1', [lost])).seen_boot !== null,
      );
      around.instances.set(ghost, there);
      around.instances.get(lost)!.state = 'stopped';
      around.boot = 2;
      await reportUntil(1, ghost, lost);
      expect((await round()).jobs).toEqual([]);
      await reportUntil(2, ghost, lost);
      const { jobs } = await round();
      expect(jobs.map((job) => [job.vm, job.repair]).sort()).toEqual([[ghost, 'remove'], [lost, 'start']].sort()); // prettier-ignore
      await until('the ghost is gone', async () => !around.instances.has(ghost));
      await inState(lost, 'running');
      expect((await round()).jobs).toEqual([]);
      // Nobody asked for the repair: customers see what they did.
      const { entries } = await bus.call(listVmAudit, { id: lost }, as(owner));
      expect(entries.map((entry) => entry.action)).toEqual(['provision']);
    });
  });
});
