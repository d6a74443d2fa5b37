import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus } from '@nereid/bus';
import { createBusAuthority, makeNodeKey, nodeAuthorityFile } from '@nereid/bus/credentials';
import {
  beat,
  createEnrolmentToken,
  enrolServer,
  explainPlacement,
  facts,
  getServer,
  listServers,
  releaseCapacity,
  releaseVmCapacity,
  reserveCapacity,
  updateServer,
  type Caller,
  type RequestId,
  type ServerId,
  type ServerState,
} from '@nereid/contracts';
import { startApps, type RunningApps } from '@nereid/platform';
import { until } from '@nereid/ports/until';
import { despiteLoad, freshDatabase, infrastructure, ownNats, type FreshDatabase, type OwnServer } from '@nereid/testkit';
import { aVm, aWant, someFacts } from './capacity/a-room.testing';
import { cnapiApp } from './index';

const caller: Caller = { kind: 'service', service: 'test', requestId: randomUUID() as RequestId };
/** For many calls at once: each must be answered, however busy the machine is. */
const patient = { timeoutMs: 60_000 };

describe('cnapi', () => {
  let database: FreshDatabase;
  let nats: OwnServer;
  let processes: RunningApps[];
  let bus: Bus;
  let directory: string;
  let beating: (() => void)[] = [];

  beforeAll(async () => {
    const { installation } = await infrastructure();
    nats = await ownNats(); // other suites serve the same subjects
    database = await freshDatabase();
    directory = mkdtempSync(join(tmpdir(), 'nereid-cnapi-'));
    writeFileSync(join(directory, 'authority.json'), nodeAuthorityFile(createBusAuthority()));
    const address = nats.url.replace('nats://', '');
    const config = {
      apps: {
        cnapi: {
          datacenter: 'test',
          installation,
          database: { host: database.host, port: database.port, database: database.database, poolSize: 6 },
          bus: { servers: [address] },
          // Far more than a busy machine lets a beat wait, so that who beats is up.
          liveness: { suspectAfterMs: 4_000, downAfterMs: 6_000 },
          nodes: { authorityFile: join(directory, 'authority.json'), busServers: [address] },
        },
      },
      health: { port: 0 },
      log: { level: 'fatal' },
    };
    writeFileSync(join(directory, 'config.yaml'), JSON.stringify(config));
    // Two processes of the same service: calls go to either, beats to both, one of them leads.
    processes = await Promise.all([1, 2].map(() => startApps([cnapiApp], join(directory, 'config.yaml'), {})));
    bus = await connectBus({ name: 'test', servers: [address] });
  });
  afterAll(async () => {
    await bus?.close();
    for (const one of processes ?? []) await one.stop();
    await database?.drop();
    await nats?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  afterEach(() => {
    for (const quiet of beating) quiet();
    beating = [];
  });

  async function enrolled(): Promise<ServerId> {
    const { token } = await bus.call(createEnrolmentToken, {}, caller);
    const { publicKey } = makeNodeKey();
    const answer = await bus.call(enrolServer, { token, publicKey, hostname: 'node', driver: 'simulated' }, caller);
    expect(answer.userJwt.split('.')).toHaveLength(3);
    return answer.server;
  }
  const stateOf = async (id: ServerId) => (await bus.call(getServer, { id }, caller)).state;
  const becomes = (id: ServerId, state: ServerState) => until(`${id} becomes ${state}`, async () => (await stateOf(id)) === state);
  /** Beats until the answer is called, or the test ends. */
  function alive(id: ServerId): () => void {
    const say = () => void bus.report(beat, id, { b: 1, q: 1, u: 0 });
    say();
    const timer = setInterval(say, 200);
    const quiet = () => clearInterval(timer);
    beating.push(quiet);
    return quiet;
  }

  it('follows a server from new to up, suspect, down and up again, and places only on one that is up', async () => {
    const id = await enrolled();
    expect(await stateOf(id)).toBe('new');
    await bus.report(facts, id, someFacts());
    let quiet = alive(id);
    expect(await bus.call(getServer, { id }, caller)).toMatchObject({
      state: 'up',
      capacity: { cpus: 8 },
      sellable: { cpuPercent: 3200, memoryMiB: 6963, diskGiB: 94 },
      brands: ['lx'],
    });
    const want = aWant();
    expect(await bus.call(reserveCapacity, want, caller)).toEqual({ server: id });
    expect(await bus.call(reserveCapacity, want, caller)).toEqual({ server: id });
    expect(await bus.call(explainPlacement, { vm: want.vm }, caller)).toMatchObject({ chosen: id });

    quiet();
    await becomes(id, 'suspect');
    await expect(bus.call(reserveCapacity, aWant(), caller)).rejects.toMatchObject({
      code: 'InsufficientCapacity',
      message: expect.stringMatching(/server is (suspect|down)/) as string,
    });
    await becomes(id, 'down');
    quiet = alive(id);
    await becomes(id, 'up');
    expect(await bus.call(reserveCapacity, aWant(), caller)).toEqual({ server: id });
    await bus.call(releaseCapacity, { key: want.key }, caller);
  });

  it('writes nothing while servers just beat', async () => {
    const id = await enrolled();
    await bus.report(facts, id, someFacts());
    alive(id);
    await becomes(id, 'up');
    const before = await bus.call(getServer, { id }, caller);
    for (let n = 0; n < 5; n++) await bus.report(facts, id, someFacts());
    await until('a later beat', async () => (await bus.call(getServer, { id }, caller)).lastSeenAt! > before.lastSeenAt!);
    expect(await bus.call(getServer, { id }, caller)).toMatchObject({ version: before.version, state: 'up' });
  });

  it('goes on judging when the leading process stops', async () => {
    const id = await enrolled();
    await bus.report(facts, id, someFacts());
    const third = await startApps([cnapiApp], join(directory, 'config.yaml'), {});
    await processes[0]!.stop();
    processes[0] = third;
    await becomes(id, 'down');
  });

  it('keeps both processes in the picture: what one sells the other does not sell again', async () => {
    const id = await enrolled();
    alive(id);
    await bus.report(facts, id, someFacts({ nicTags: ['small'], capacity: { cpus: 8, memoryMiB: 12_048, diskGiB: 1000 } }));
    const needs = { ...aWant().needs, nicTags: ['small'] };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, () => aWant({ needs })).map((want) => despiteLoad(() => bus.call(reserveCapacity, want, caller, patient))),
    );
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(10);
    expect(await bus.call(getServer, { id }, caller)).toMatchObject({ reservedFor: { memoryMiB: 10_240, instances: 10 } });
  });

  it('lets an operator keep a server free, except for who names it', async () => {
    const id = await enrolled();
    alive(id);
    await bus.report(facts, id, someFacts({ nicTags: ['kept'] }));
    await bus.call(updateServer, { id, reserved: true, traits: { rack: 'a' } }, caller);
    const needs = { ...aWant().needs, nicTags: ['kept'] };
    await until('the reservation is known', async () => {
      const refused = await bus.call(reserveCapacity, aWant({ needs }), caller).catch((error: Error) => error.message);
      return typeof refused === 'string' && refused.includes('reserved by an operator');
    });
    const want = aWant({ vm: aVm(), needs: { ...needs, server: id } });
    expect(await bus.call(reserveCapacity, want, caller)).toEqual({ server: id });
    expect(await bus.call(releaseVmCapacity, { vm: want.vm }, caller)).toEqual({ released: true });
  });

  it('lists servers by pages', async () => {
    const first = await bus.call(listServers, { limit: 2 }, caller);
    const second = await bus.call(listServers, { limit: 1000, after: first.next }, caller);
    const all = await bus.call(listServers, {}, caller);
    expect([...first.items, ...second.items].map((s) => s.id)).toEqual(all.items.map((s) => s.id));
    for (const after of ['x', `node/${'-'.repeat(36)}`])
      await expect(bus.call(listServers, { after }, caller)).rejects.toMatchObject({ code: 'InvalidArgument' });
  });
});
