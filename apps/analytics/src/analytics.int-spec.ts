import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus } from '@nereid/bus';
import {
  cloneInstrumentation,
  createInstrumentation,
  deleteInstrumentation,
  getInstrumentation,
  instanceSeries,
  instrumentationsWanted,
  listInstrumentations,
  listServers,
  listVms,
  nodeFrames,
  readSeries,
  readValues,
  serverSeries,
  type AccountId,
  type Caller,
  type InstrumentationId,
  type InstrumentationWant,
  type NodeFrame,
  type RequestId,
  type ServerId,
  type VmId,
} from '@nereid/contracts';
import { findBrokenSeal, OwnerPool } from '@nereid/database';
import { startApps, type RunningApps } from '@nereid/platform';
import { freshDatabase, infrastructure, ownNats, type FreshDatabase, type OwnServer } from '@nereid/testkit';
import type { z } from 'zod';
import { ExpositionServer } from './exposition/exposition-server';
import { LiveSet } from './instrumentations/live-set';
import { MinuteWriter } from './minutes/minute-writer';
import { analyticsApp } from './index';
import { aRow, until } from '../test/rows';
import { Windows } from './windows/windows.service';

const caller: Caller = { kind: 'service', service: 'test', requestId: randomUUID() as RequestId };

describe('analytics on a real bus and database', () => {
  let database: FreshDatabase;
  let nats: OwnServer;
  let app: RunningApps;
  let bus: Bus;
  let directory: string;
  const server = randomUUID() as ServerId;
  const other = randomUUID() as ServerId;
  const [alice, bob] = [randomUUID(), randomUUID()] as AccountId[];
  const rows = [aRow(alice!, server, 'web0'), aRow(bob!, server, 'db0'), aRow(bob!, other, 'far0')];
  const [mine, others, elsewhere] = rows.map(({ id }) => id) as [VmId, VmId, VmId];
  let stopFrames: (() => void)[] = [];

  beforeAll(async () => {
    const { installation } = await infrastructure();
    nats = await ownNats(); // other suites serve the same subjects
    database = await freshDatabase();
    directory = mkdtempSync(join(tmpdir(), 'nereid-analytics-'));
    const address = nats.url.replace('nats://', '');
    bus = await connectBus({ name: 'test', servers: [address] });
    // What vmapi and cnapi would answer.
    bus.serve(listVms, ({ filter }) => ({
      items: rows.filter(({ id, owner }) => (filter.ids ?? [id]).includes(id) && (filter.owner ?? owner) === owner),
    }));
    bus.serve(listServers, () => ({ items: [] }));
    await bus.flush();
    const config = {
      apps: {
        analytics: {
          datacenter: 'test',
          installation,
          database: { host: database.host, port: database.port, database: database.database },
          bus: { servers: [address] },
          exposition: { port: 0 },
        },
      },
      health: { port: 0 },
      log: { level: 'fatal' },
    };
    writeFileSync(join(directory, 'config.yaml'), JSON.stringify(config));
    app = await startApps([analyticsApp], join(directory, 'config.yaml'), {});
  });
  afterEach(() => {
    for (const stop of stopFrames) stop();
    stopFrames = [];
  });
  afterAll(async () => {
    await app?.stop();
    await bus?.close();
    await database?.drop();
    await nats?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Says frames ten times a second, as a server would once. */
  function speak(from: ServerId, more: (second: number) => Partial<NodeFrame>): void {
    const say = (): void => {
      const second = Math.floor(Date.now() / 1_000);
      const nothing = { second, boot: 1, wanted: 0, server: serverSeries.map(() => second), instances: [], samples: [] };
      bus.sendFrame(nodeFrames, from, { ...nothing, ...more(second) });
    };
    const timer = setInterval(say, 100);
    stopFrames.push(() => clearInterval(timer));
  }
  const figures = (second: number) => instanceSeries.map(({ kind }) => (kind === 'counter' ? second * 500 : 42));

  it('answers what a server and its instances said, by the second', async () => {
    speak(server, (second) => ({ instances: [mine, others].map((id) => ({ id, figures: figures(second) })) }));
    const ask = () => bus.call(readSeries, { of: { vm: mine, account: alice! }, series: ['cpuPercent', 'memoryBytes'], steps: 3 }, caller);
    const { series } = await until(ask, ({ series }) => series['cpuPercent']!.values.at(-1) === 50);
    expect(series['memoryBytes']).toMatchObject({ unit: 'bytes', values: expect.arrayContaining([42]) });
    const whole = await bus.call(readSeries, { of: { server }, steps: 2 }, caller);
    expect(Object.keys(whole.series).sort()).toEqual(serverSeries.map(({ name }) => name).sort());
  });

  it('waits for the next second, so that repeated calls are a live stream', async () => {
    speak(server, (second) => ({ instances: [{ id: mine, figures: figures(second) }] }));
    let { start } = await bus.call(readSeries, { of: { vm: mine }, steps: 1 }, caller);
    for (let n = 0; n < 3; n++) {
      const next = await bus.call(readSeries, { of: { vm: mine }, after: start, waitMs: 3_000 }, caller);
      expect(next.start).toBe(start + 1);
      start = next.start + next.series['memoryBytes']!.values.length - 1;
    }
  });

  it("shows a customer no instance but its own, and lets no server speak for another's instances", async () => {
    speak(server, (second) => ({ instances: [mine, others, elsewhere].map((id) => ({ id, figures: figures(second) })) }));
    const read = (vm: VmId, account?: AccountId) => bus.call(readSeries, { of: { vm, ...(account && { account }) }, steps: 2 }, caller);
    await until(() => read(others), ({ series }) => series['memoryBytes']!.values.at(-1) === 42); // prettier-ignore
    await expect(read(others, alice)).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await expect(read(randomUUID() as VmId, alice)).rejects.toMatchObject({ code: 'ResourceNotFound' });
    expect((await read(others, bob)).series['memoryBytes']!.values.at(-1)).toBe(42);
    // It is bob's, but vmapi placed it on another server than the one that speaks of it.
    expect((await read(elsewhere, bob)).series['memoryBytes']!.values).toEqual([null, null]);
  });

  it('keeps minutes in the database', async () => {
    const minute = Math.floor(Date.now() / 60_000) * 60 - 60;
    // Three seconds of the minute before, then now: the minute is over.
    for (const second of [minute + 57, minute + 58, minute + 59]) {
      const windows = app.get('analytics').get(Windows);
      windows.ingest(other, second, {
        second,
        boot: 1,
        wanted: 0,
        server: serverSeries.map(() => second * 1_000),
        instances: [],
        samples: [],
      });
    }
    speak(other, () => ({}));
    const ask = async () => {
      await app.get('analytics').get(MinuteWriter).write();
      return bus.call(readSeries, { of: { server: other }, series: ['cpuPercent'], stepSeconds: 60, steps: 5 }, caller);
    };
    const { start, series } = await until(ask, ({ series }) => series['cpuPercent']!.values.some((value) => value !== null));
    expect(series['cpuPercent']!.values[(minute - start) / 60]).toBeCloseTo(100);
  });

  it('shows Prometheus what there is, and how it is found', async () => {
    speak(server, (second) => ({ instances: [{ id: mine, figures: figures(second) }] }));
    const at = `http://127.0.0.1:${app.get('analytics').get(ExpositionServer).port}`;
    const targets = await until(
      async () => (await (await fetch(`${at}/v1/discover`)).json()) as { labels: Record<string, string> }[],
      (found) => found.some(({ labels }) => labels['vm'] === mine),
    );
    const { labels } = targets.find((target) => target.labels['vm'] === mine)!;
    expect(labels).toMatchObject({ alias: 'web0', owner: alice, server, datacenter: 'test' });
    const answer = await fetch(`${at}${labels['__metrics_path__']}`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await answer.text()).toMatch(new RegExp(`^nereid_vm_memory_used_bytes\\{.*vm="${mine}".*\\} 42$`, 'm'));
    expect((await fetch(`${at}/v1/${randomUUID()}/metrics`)).status).toBe(404);
  });

  describe('instrumentations', () => {
    const mode: [number, number] = [300, 5];
    /** A server that measures whatever it is told, as much in each of its instances, and says who told it what. */
    function measure(at: ServerId, instances: VmId[]) {
      let told: z.output<typeof instrumentationsWanted.request> = { revision: 0, instrumentations: [] };
      const stop = bus.serveNode(instrumentationsWanted, at, (request) => {
        told = request;
        return { taken: true as const };
      });
      stopFrames.push(() => void stop());
      speak(at, () => ({
        wanted: told.revision,
        samples: told.instrumentations.map(({ id, module, by, distributionOf }) => ({
          id,
          state: module === 'disk' ? ('refused' as const) : ('on' as const),
          reason: module === 'disk' ? 'no disks here' : '',
          isTruncated: false,
          cells:
            module === 'disk'
              ? []
              : instances.map((vm) => ({ vm, key: by ? 'sh' : '', count: 5, ...(distributionOf && { distribution: [mode] }) })),
        })),
      }));
      return { told: () => told };
    }
    const create = (want: object, account?: AccountId) =>
      bus.call(
        createInstrumentation,
        { ...(account && { account }), want: { module: 'syscall', stat: 'syscalls', ...want } as InstrumentationWant },
        caller,
      );
    const lastColumn = (id: InstrumentationId, account?: AccountId) => () =>
      bus
        .call(readValues, { id, ...(account && { account }), seconds: 5 }, caller)
        .then(({ columns, names }) => ({ column: columns.at(-1)!, names }));
    const remove = (id: InstrumentationId) => bus.call(deleteInstrumentation, { id }, caller);

    it('are measured on every server, summed, told apart as asked, and end', async () => {
      const here = measure(server, [mine, others]);
      measure(other, [elsewhere]);
      const byZone = await create({ decomposition: ['zonename', 'latency'] });
      const whole = await create({});
      const zones = await until(lastColumn(byZone.id), ({ column }) => column.reporting === 2 && column.cells.length === 3);
      expect(zones.names).toEqual({ [mine]: 'web0', [others]: 'db0', [elsewhere]: 'far0' });
      expect(zones.column.cells.every(({ distribution }) => distribution!.every(([bucket]) => bucket === mode[0]))).toBe(true);
      const sum = await until(lastColumn(whole.id), ({ column }) => column.reporting === 2);
      // A second that is not over is waited for; seconds before it are not told with it.
      const { head } = await bus.call(readValues, { id: whole.id, seconds: 1 }, caller);
      const ahead = await bus.call(readValues, { id: whole.id, seconds: 2, until: head + 2, waitMs: 5_000 }, caller);
      expect(ahead.columns.map(({ second }) => second)).toEqual([head + 1, head + 2]);
      const back = await bus.call(readValues, { id: whole.id, seconds: 1, until: head }, caller);
      expect(back.columns.map(({ second }) => second)).toEqual([head]);
      expect(sum.column.cells).toEqual([{ key: '', count: expect.any(Number) }]);
      expect(here.told().instrumentations.find(({ id }) => id === byZone.id)).toEqual({
        id: byZone.id,
        module: 'syscall',
        stat: 'syscalls',
        predicate: {},
        distributionOf: 'latency',
      });
      await Promise.all([byZone.id, whole.id].map(remove));
      await until(async () => here.told().instrumentations, (left) => left.length === 0); // prettier-ignore
      await expect(lastColumn(byZone.id)()).rejects.toMatchObject({ code: 'ResourceNotFound' });
    });

    it('of a customer are confined to its own instances, at the server and again here', async () => {
      const here = measure(server, [mine, others, elsewhere]); // it says more than it was asked
      const made = await create({ decomposition: ['zonename'] }, alice);
      const { column } = await until(lastColumn(made.id, alice), ({ column }) => column.cells.length > 0);
      expect(column.cells.map(({ key }) => key)).toEqual([mine]);
      expect(here.told().instrumentations.find(({ id }) => id === made.id)!.instances).toEqual([mine]);
      expect(made.coverage).toBeUndefined();
      for (const ask of [getInstrumentation, deleteInstrumentation, readValues] as const) {
        await expect(bus.call(ask as typeof getInstrumentation, { id: made.id, account: bob! }, caller)).rejects.toMatchObject({
          code: 'ResourceNotFound',
        });
      }
      expect((await bus.call(listInstrumentations, { account: bob! }, caller)).instrumentations).toEqual([]);
      for (const want of [
        { decomposition: ['hostname'] },
        { predicate: { eq: ['hostname', server] } },
        { module: 'disk', stat: 'physio_ops' },
        { idleMaxSeconds: null },
      ]) {
        await expect(create(want, alice)).rejects.toMatchObject({ code: 'ValidationFailed' });
      }
      await remove(made.id);
    });

    it('say where they cannot be measured, and why', async () => {
      measure(server, []);
      const { id } = await create({ module: 'disk', stat: 'physio_ops', decomposition: ['latency'] });
      // The list of servers is cnapi's; this one is known by its frames alone, so it is told and not counted.
      await until(async () => app.get('analytics').get(LiveSet).find(id)!.coverage.get(server), (known) => known?.reason === 'no disks here'); // prettier-ignore
      await remove(id);
    });

    it('are audited, each beginning and end, and the audit is sealed', async () => {
      const { id } = await create({});
      await remove(id);
      const pool = new OwnerPool('analytics', { ...database, poolSize: 1 });
      try {
        const noted = await pool.many('SELECT action FROM analytics.audit WHERE resource_id = $1 ORDER BY id', [id]);
        expect(noted).toEqual([{ action: 'instrumentation.create' }, { action: 'instrumentation.delete' }]);
        const unsealed = `SELECT count(*)::int AS n FROM analytics.audit a WHERE NOT EXISTS (SELECT FROM analytics.audit_seal s WHERE s.audit_id = a.id)`;
        await until(() => pool.one<{ n: number }>(unsealed), ({ n }) => n === 0); // prettier-ignore
        expect(await findBrokenSeal(pool, 'analytics')).toBeUndefined();
      } finally {
        await pool.end();
      }
    });

    it('are cloned with changes, checked, limited for customers, and forgotten when nobody reads them', async () => {
      const made = await create({ decomposition: ['execname', 'latency'], idleMaxSeconds: 10 }, bob);
      const change = { predicate: { eq: ['execname', 'sh'] } } as const;
      const cloned = await bus.call(cloneInstrumentation, { id: made.id, account: bob!, change }, caller);
      expect(cloned).toMatchObject({
        account: bob,
        decomposition: ['execname', 'latency'],
        predicate: change.predicate,
        idleMaxSeconds: 10,
      });
      await expect(create({ decomposition: ['execname', 'syscall'] })).rejects.toMatchObject({ code: 'ValidationFailed' });
      await expect(create({ module: 'no' })).rejects.toMatchObject({ code: 'ValidationFailed' });
      const more = await Promise.allSettled(Array.from({ length: 12 }, () => create({ idleMaxSeconds: 10 }, bob)));
      const refused = more.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []));
      expect(new Set(refused)).toEqual(new Set(['QuotaExceeded']));
      const left = () => bus.call(listInstrumentations, { account: bob! }, caller).then(({ instrumentations }) => instrumentations.length);
      expect(await left()).toBeLessThanOrEqual(10);
      await until(left, (count) => count === 0, 60_000);
    });
  });
});
