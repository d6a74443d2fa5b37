import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus } from '@nereid/bus';
import {
  instanceSeries,
  listServers,
  listVms,
  nodeFrames,
  readSeries,
  serverSeries,
  type AccountId,
  type Caller,
  type NodeFrame,
  type RequestId,
  type ServerId,
  type VmId,
} from '@nereid/contracts';
import { startApps, type RunningApps } from '@nereid/platform';
import { freshDatabase, infrastructure, type FreshDatabase } from '@nereid/testkit';
import { ExpositionServer } from './exposition/exposition-server';
import { MinuteWriter } from './minutes/minute-writer';
import { analyticsApp } from './index';
import { aRow, until } from '../test/rows';
import { Windows } from './windows/windows.service';

const caller: Caller = { kind: 'service', service: 'test', requestId: randomUUID() as RequestId };

describe('analytics on a real bus and database', () => {
  let database: FreshDatabase;
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
    const { nats, installation } = await infrastructure();
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
    rmSync(directory, { recursive: true });
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
});
