import { randomUUID } from 'node:crypto';
import type { AccountId, Caller, CreateVm, ImageRef, JobId, Package, PackageId, RequestId, VmId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { despiteLoad, freshDatabase, type FreshDatabase } from '@nereid/testkit';
import type { NewJob, WorkflowName } from '../jobs/new-job';
import { aPackageRow } from './test-rows.repository';
import { VmAuditRepository } from './vm-audit.repository';
import { VmChangeRepository } from './vm-change.repository';
import { VmCreateRepository } from './vm-create.repository';
import type { VmRow } from './vm-row';
import { VmsRepository } from './vms.repository';
import type { WantedVm } from './wanted-vm';

describe('writes of instances', () => {
  let database: FreshDatabase;
  let db: OwnerPool;
  let creates: VmCreateRepository;
  let changes: VmChangeRepository;
  let vms: VmsRepository;
  let packageId: PackageId;
  const caller = (account: string): Caller => ({
    ...{
      kind: 'account',
      account: account as AccountId,
      login: 'acme',
      keyId: '/acme/keys/1',
      ip: '10.0.0.1',
      requestId: randomUUID() as RequestId,
    },
  });

  beforeAll(async () => {
    database = await freshDatabase();
    db = new OwnerPool('vmapi', { ...database, poolSize: 16 });
    creates = new VmCreateRepository(db);
    changes = new VmChangeRepository(db);
    vms = new VmsRepository(db);
    packageId = await aPackageRow(db);
  });
  afterAll(async () => {
    await db?.end();
    await database?.drop();
  });

  const aJob = (workflow: WorkflowName, vm: VmId): NewJob => ({
    ...{ id: randomUUID() as JobId, workflow, workflowVersion: 1, input: { vm }, action: workflow.slice(3), firstSteps: ['one'] },
    ...{ worker: null, leaseMs: 30_000 },
  });
  function aWanted(owner: string, more: Partial<WantedVm> = {}): WantedVm {
    const id = randomUUID() as VmId;
    const sizes = { memoryMiB: 128, swapMiB: 256, quotaGiB: 10, cpuCapPercent: 100, cpuShares: 1, maxProcesses: 100, ioPriority: 100 };
    const want = {
      owner,
      networks: [{ network: randomUUID() }],
      metadata: { a: 'b' },
      internalMetadata: {},
      tags: { role: 'www' },
      firewallEnabled: false,
    };
    return {
      ...{ id, alias: id.slice(0, 8), brand: 'lx', nicTags: ['external'] },
      want: { ...want, deletionProtection: false } as unknown as CreateVm,
      package: { id: packageId, name: 'p', ...sizes } as Package,
      image: { id: randomUUID(), name: 'base', version: '1', os: 'linux', type: 'lx-dataset' } as ImageRef,
      ...more,
    };
  }
  const create = (wanted: WantedVm, limits = {}, idempotency?: { key: string; hash: string }) =>
    creates.insertWithJob(wanted, aJob('vm.provision', wanted.id), caller(wanted.want.owner), idempotency, limits);
  const count = (sql: string, ...params: unknown[]): Promise<number> =>
    db.one(`SELECT count(*)::int AS count FROM ${sql}`, params, (row) => row.count as number);

  it('accepts instance, job, use, audit and outbox together', async () => {
    const wanted = aWanted(randomUUID());
    const row = (await create(wanted))!;
    expect(row).toMatchObject({
      id: wanted.id,
      generation: 2,
      version: 1,
      job_workflow: 'vm.provision',
      job_state: 'queued',
      tags: { role: 'www' },
    });
    expect(await count('vmapi.job WHERE vm = $1 AND generation = 1', wanted.id)).toBe(1);
    expect(await count(`vmapi.outbox WHERE resource_id = $1 AND subject = 'vm.created'`, wanted.id)).toBe(1);
    expect(await count(`vmapi.audit WHERE resource_id = $1 AND outcome = 'accepted' AND action = 'provision'`, wanted.id)).toBe(1);
    expect(
      await db.one('SELECT instances, memory_mib, quota_gib FROM vmapi.account_usage WHERE account = $1', [wanted.want.owner]),
    ).toEqual({
      ...{ instances: 1, memory_mib: 128, quota_gib: 10 },
    });
  });

  it('lets exactly 10 of 50 at once through a quota of 10, and leaves nothing of the others', async () => {
    const owner = randomUUID();
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => despiteLoad(() => create(aWanted(owner), { instances: 10 }))),
    );
    const refused = results.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(40);
    for (const one of refused) expect(one.reason).toMatchObject({ code: 'QuotaExceeded' });
    expect(await count('vmapi.vm WHERE owner = $1', owner)).toBe(10);
    expect(await count('vmapi.job WHERE account = $1', owner)).toBe(10);
    expect(await count('vmapi.audit WHERE account = $1', owner)).toBe(10);
  });

  it('makes one instance of 20 requests with one key at once', async () => {
    const owner = randomUUID();
    const key = { key: 'k1', hash: 'a'.repeat(64) };
    const made = await Promise.all(Array.from({ length: 20 }, () => despiteLoad(() => create(aWanted(owner), {}, key))));
    const [first] = made.filter((row): row is NonNullable<typeof row> => row !== undefined);
    expect(made.filter((row) => row !== undefined)).toHaveLength(1);
    expect(await count('vmapi.vm WHERE owner = $1', owner)).toBe(1);
    expect((await creates.findByKey(owner, key))?.vm.id).toBe(first!.id);
    expect((await creates.findByKey(owner, key))?.job).toBe(first!.job);
    await expect(creates.findByKey(owner, { ...key, hash: 'b'.repeat(64) })).rejects.toMatchObject({ code: 'IdempotencyMismatch' });
  });

  it('refuses a taken alias by its field, also when both come at once, and frees the key again', async () => {
    const owner = randomUUID();
    const key = { key: 'again', hash: 'a'.repeat(64) };
    const results = await Promise.allSettled(
      [1, 2].map(() => create(aWanted(owner, { alias: 'web0' }), {}, { ...key, key: randomUUID() })),
    );
    const refused = results.find((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'ValidationFailed', errors: [{ field: 'alias', code: 'Duplicate' }] });
    await expect(create(aWanted(owner, { alias: 'web0' }), {}, key)).rejects.toMatchObject({ code: 'ValidationFailed' });
    expect(await create(aWanted(owner, { alias: 'web1' }), {}, key)).toBeDefined();
    expect(await db.one('SELECT instances FROM vmapi.account_usage WHERE account = $1', [owner])).toEqual({ instances: 2 });
  });

  it('writes a change once: whoever decided on an older row is told so', async () => {
    const wanted = aWanted(randomUUID());
    const row: VmRow = (await create(wanted))!;
    const stops = await Promise.all(
      [1, 2, 3].map(() => changes.changeWithJob(row, 'stopped', aJob('vm.stop', row.id), caller(row.owner), undefined, false)),
    );
    expect(stops.map((one) => one.kind).sort()).toEqual(['stale', 'stale', 'written']);
    expect(await vms.get(row.id, row.owner)).toMatchObject({ power_wanted: 'stopped', generation: 4, version: 2, job_workflow: 'vm.stop' });
    expect(await count('vmapi.job WHERE vm = $1 AND generation = 3', row.id)).toBe(1);
  });

  it('says in the feed what each write changed', async () => {
    const wanted = aWanted(randomUUID());
    const told = () =>
      db.many<string[]>(`SELECT body -> 'changed' AS changed FROM vmapi.outbox WHERE resource_id = $1 ORDER BY id`, [wanted.id], (row) => row.changed as string[]); // prettier-ignore
    const made = (await create(wanted))!;
    const change = async (seen: VmRow, what: object) => {
      const written = await changes.changeWanted(seen, what, 'change', caller(wanted.want.owner), undefined);
      return (written as { row: VmRow }).row;
    };
    const renamed = await change(made, { alias: 'renamed', tags: { role: 'www' } }); // the tags are what they were
    const tagged = await change(renamed, { tags: { role: 'db' }, metadata: { a: 'c' } });
    const guarded = await change(tagged, { deletionProtection: true });
    // One that runs; a reboot leaves the state shown as it is, a stop does not.
    await db.exec(`UPDATE vmapi.vm SET job = NULL, job_workflow = NULL, seen_state = 'running' WHERE id = $1`, [wanted.id]);
    const withJob = async (seen: VmRow, workflow: WorkflowName) =>
      ((await changes.changeWithJob(seen, undefined, aJob(workflow, wanted.id), caller(wanted.want.owner), undefined, false)) as { row: VmRow }).row; // prettier-ignore
    await withJob(await withJob(guarded, 'vm.reboot'), 'vm.stop');
    expect(await told()).toEqual([
      ['alias', 'customer_metadata', 'owner_uuid', 'state', 'tags'],
      ['alias'],
      ['customer_metadata', 'tags'],
      [],
      [],
      ['state'],
    ]);
  });

  it('cancels what is queued when it destroys', async () => {
    const row: VmRow = (await create(aWanted(randomUUID())))!;
    const destroyed = await changes.changeWithJob(row, 'gone', aJob('vm.destroy', row.id), caller(row.owner), undefined, true);
    expect(destroyed).toMatchObject({ kind: 'written', cancelled: [row.job] });
    expect(await count('vmapi.job WHERE vm = $1 AND cancel_requested_at IS NOT NULL', row.id)).toBe(1);
  });

  it('lets 20 jobs wait on an instance and no more', async () => {
    let row: VmRow = (await create(aWanted(randomUUID())))!;
    const stop = async (): Promise<void> => {
      const written = await changes.changeWithJob(row, 'stopped', aJob('vm.stop', row.id), caller(row.owner), undefined, false);
      if (written.kind === 'written') row = written.row;
    };
    for (let n = 0; n < 20; n++) await stop();
    await expect(stop()).rejects.toMatchObject({ code: 'Conflict' });
    expect(await count('vmapi.job WHERE vm = $1', row.id)).toBe(21);
    // What waits is no reason to keep an instance: its destruction cancels all of it.
    const destroyed = await changes.changeWithJob(row, 'gone', aJob('vm.destroy', row.id), caller(row.owner), undefined, true);
    expect(destroyed.kind === 'written' && destroyed.cancelled).toHaveLength(21);
  });

  it('changes the wanted half with an audit entry that is its own result', async () => {
    const row: VmRow = (await create(aWanted(randomUUID())))!;
    const change = { alias: 'renamed', tags: { n: 1, on: true }, metadata: { 'user-script': '#!/bin/sh' } };
    const written = await changes.changeWanted(row, change, 'rename', caller(row.owner), undefined);
    expect(written).toMatchObject({ row: { alias: 'renamed', tags: { n: 1, on: true }, generation: 3, version: 2 } });
    const protectedRow = await changes.changeWanted(
      (written as { row: VmRow }).row,
      { deletionProtection: true },
      'enable_deletion_protection',
      caller(row.owner),
      undefined,
    );
    expect(protectedRow).toMatchObject({ row: { deletion_protection: true, generation: 3 } });
    expect((await new VmAuditRepository(db).list(row.id, 10)).map((entry) => [entry.action, entry.success, entry.caller])).toEqual([
      ['enable_deletion_protection', true, { type: 'signature', ip: '10.0.0.1', keyId: '/acme/keys/1' }],
      ['rename', true, { type: 'signature', ip: '10.0.0.1', keyId: '/acme/keys/1' }],
    ]);
  });

  it('keeps what has happened: the audit cannot be changed, sizes of packages neither', async () => {
    await expect(db.exec(`UPDATE vmapi.audit SET action = 'x'`)).rejects.toThrow(/permission denied/);
    await expect(db.exec('DELETE FROM vmapi.audit')).rejects.toThrow(/permission denied/);
    await expect(db.exec('UPDATE vmapi.package SET memory_mib = 64 WHERE id = $1', [packageId])).rejects.toThrow(/never change/);
    await create(aWanted(randomUUID()));
    await expect(db.exec('DELETE FROM vmapi.package WHERE id = $1', [packageId])).rejects.toThrow(/foreign key/);
  });
});
