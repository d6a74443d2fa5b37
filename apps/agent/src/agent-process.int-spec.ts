import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect as connectSocket, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus } from '@nereid/bus';
import { startNatsServer, type NatsServerProcess } from '@nereid/bus/testing';
import {
  beat,
  Caller,
  enrolPath,
  EnrolRequest,
  facts,
  imageFetch,
  instancesSeen,
  snapshotWanted,
  taskFinished,
  taskRun,
  type NodeTaskKind,
  type ServerId,
  type TaskId,
  type TaskOutcome,
} from '@nereid/contracts';
import { SystemIds } from '@nereid/ports';
import { until } from '@nereid/ports/until';
import { aSpec, aTaskId, imageAnswer, imageBytes } from './testing/bench';

const ids = new SystemIds();
const caller = Caller.parse({ kind: 'service', service: 'test', requestId: ids.random() });
const agentFile = join(__dirname, '..', 'dist', 'agent.js');

/** The built agent as a process, with a real bus; adminapi and the file door are answered by this test. */
describe('the agent as a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nereid-agent-'));
  const controlSocket = join(folder, 'control.sock');
  const enrolled = new Map<string, ServerId>();
  const servers: ServerId[] = [];
  const reported: { what: string; server: ServerId; body: any }[] = []; // eslint-disable-line @typescript-eslint/no-explicit-any
  let nats: NatsServerProcess;
  let doors: Server;
  let bus: Bus;
  let agent: ChildProcess | undefined;
  let log = '';
  let brokenTransfers = 1;
  const ranges: string[] = [];

  beforeAll(async () => {
    execFileSync(process.execPath, [join(__dirname, '..', 'build.mjs')]);
    nats = await startNatsServer();
    doors = createServer((request, response) => {
      if (request.url === enrolPath) {
        let text = '';
        request.on('data', (chunk: Buffer) => (text += chunk.toString()));
        request.on('end', () => {
          const { token, publicKey } = EnrolRequest.parse(JSON.parse(text));
          const known = enrolled.get(`${token} ${publicKey}`) ?? (ids.random() as ServerId);
          if (!servers.includes(known)) servers.push(known);
          enrolled.set(`${token} ${publicKey}`, known);
          const reply = {
            server: known,
            datacenter: 'test',
            installation: '0123abcd',
            userJwt: 'none',
            busServers: [`127.0.0.1:${nats.port}`],
          };
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify(reply));
        });
        return;
      }
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      ranges.push(request.headers.range ?? 'whole');
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': imageBytes.length - from });
      if (brokenTransfers-- > 0) response.write(imageBytes.subarray(from, from + 1_000), () => setTimeout(() => response.destroy(), 20));
      else response.end(imageBytes.subarray(from));
    });
    await new Promise<void>((resolve) => doors.listen(0, '127.0.0.1', resolve));
    bus = await connectBus({ name: 'vmapi', servers: [`127.0.0.1:${nats.port}`] });
    const keep = (what: string) => (server: ServerId, body: unknown) => void reported.push({ what, server, body });
    bus.onReport(beat, keep(beat.what));
    bus.onReport(instancesSeen, keep(instancesSeen.what));
    bus.onReport(facts, (server, body) => (keep(facts.what)(server, body), { recorded: true as const }));
    bus.onReport(taskFinished, (server, body) => (keep(taskFinished.what)(server, body), { recorded: true as const }));
    bus.onReport(imageFetch, () => ({ ...imageAnswer(), compression: 'none' as const, url: `${doorUrl()}/files/${ids.random()}` }));
    await bus.flush();
    writeFileSync(join(folder, 'tokens'), `${'a'.repeat(32)}\n${'b'.repeat(32)}\n`);
  });
  afterAll(async () => {
    agent?.kill('SIGKILL');
    await bus?.close({ drainMs: 0 });
    await nats?.stop();
    doors?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const doorUrl = (): string => `http://127.0.0.1:${(doors.address() as AddressInfo).port}`;

  async function start(env: Record<string, string> = {}): Promise<ChildProcess> {
    const config = {
      driver: 'simulated',
      stateDir: join(folder, 'state'),
      enrolment: { url: doorUrl(), tokenFile: join(folder, 'tokens') },
      beatEveryMs: 200,
      simulated: { servers: 2, latencyScale: 0, controlSocket },
    };
    writeFileSync(join(folder, 'agent.yaml'), JSON.stringify(config)); // JSON is YAML
    log = '';
    const child = spawn(process.execPath, [agentFile, '--config', join(folder, 'agent.yaml')], {
      env: { PATH: process.env['PATH']!, ...env },
    });
    child.stderr.on('data', (text: Buffer) => (log += text.toString()));
    agent = child;
    await until('ready', () => log.includes('"msg":"ready"') || (child.exitCode !== null && Promise.reject(new Error(log))));
    return child;
  }

  /** The outcome of a task, by the reply or, when the machine is busy, by the report that follows. */
  async function run(server: ServerId, kind: NodeTaskKind, spec: unknown, at: { taskId?: TaskId; generation?: number } = {}) {
    const { taskId = aTaskId(), generation = 1 } = at;
    const reply = await bus.callNode(taskRun, server, { taskId, kind, generation, epoch: 1, notAfterMs: 60_000, spec }, caller);
    if (reply.state !== 'accepted') return reply;
    return (await until('its outcome', () => saidAbout(taskId))).body.outcome as TaskOutcome;
  }
  const saidAbout = (taskId: TaskId) => reported.find((it) => it.what === taskFinished.what && it.body.taskId === taskId);

  function control(command: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const socket = connectSocket(controlSocket, () => socket.write(`${JSON.stringify(command)}\n`));
      socket.on('error', reject);
      socket.once('data', (text: Buffer) => (socket.destroy(), resolve(JSON.parse(text.toString()))));
    });
  }

  const ended = (child: ChildProcess) =>
    until('the end', () => (child.exitCode !== null || child.signalCode !== null ? { code: child.exitCode } : undefined));

  it('enrols each server once, keeps its key to itself, and says facts and beats', async () => {
    await start();
    expect(servers).toHaveLength(2);
    const identity = join(folder, 'state', 'sim0', 'identity.json');
    expect(statSync(identity).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(identity, 'utf8')).seed).toMatch(/^SU/);
    expect(log).not.toContain(JSON.parse(readFileSync(identity, 'utf8')).seed);
    for (const server of servers) {
      await until('facts', () => reported.some((it) => it.what === facts.what && it.server === server));
      await until('beats', () => reported.filter((it) => it.what === beat.what && it.server === server).length >= 2);
    }
  });

  it('makes an instance, its image over a line that breaks once, and knows it after kill -9', async () => {
    const [server] = servers;
    const spec = aSpec();
    expect(await run(server!, 'instance.ensure', { instance: spec })).toMatchObject({
      state: 'done',
      result: { imagePulled: true, seen: { state: 'running' } },
    });
    expect(ranges).toEqual(['whole', 'bytes=1000-']);
    agent!.kill('SIGKILL');
    await ended(agent!);
    await start();
    expect(servers).toHaveLength(2); // nobody enrolled again
    await until('a complete report of the second boot', () =>
      reported.some(
        (it) => it.what === instancesSeen.what && it.server === server && it.body.boot === 2 && it.body.instances[0]?.state === 'running',
      ),
    );
    expect(await run(server!, 'instance.remove', { id: spec.id }, { generation: 2 })).toMatchObject({ state: 'done' });
    expect(await control({ leftovers: true })).toEqual({
      servers: [
        { server: expect.any(String), leftovers: [] },
        { server: expect.any(String), leftovers: [] },
      ],
    });
  });

  it('goes on after it was killed in the middle of a create, and says how that ended', async () => {
    const [, server] = servers;
    agent!.kill('SIGTERM');
    expect(await ended(agent!)).toEqual({ code: 0 });
    const crashFile = join(folder, 'crash-at');
    const child = await start({ NEREID_CRASH_FILE: crashFile });
    writeFileSync(crashFile, 'instance.ensure/start/after-act');
    const spec = aSpec();
    const taskId = aTaskId();
    void run(server!, 'instance.ensure', { instance: spec }, { taskId }).catch(() => undefined);
    await ended(child);
    expect(child.signalCode).toBe('SIGKILL');
    await start();
    const said = await until('its outcome', () => saidAbout(taskId));
    expect(said.body.outcome).toMatchObject({ state: 'done', result: { seen: { state: 'running' } } });
    expect(await run(server!, 'instance.remove', { id: spec.id }, { generation: 2 })).toMatchObject({ state: 'done' });
  });

  it('can be told from outside to lose a reply', async () => {
    const [server] = servers;
    expect(await control({ server: 0, fault: { operation: 'instance.start', mode: 'act-and-lose-reply', times: 1 } })).toMatchObject({
      servers: [{}],
    });
    const spec = aSpec();
    const at = { taskId: aTaskId() };
    const outcomes = [];
    for (const id of servers) {
      outcomes.push(
        await run(id, 'instance.ensure', { instance: { ...spec, id: id === server ? spec.id : aSpec().id } }, id === server ? at : {}),
      );
    }
    expect(outcomes.map((it) => it.state).sort()).toEqual(['done', 'failed']);
    expect(await control({ nonsense: 1 })).toMatchObject({ error: expect.any(String) });
  });

  it('keeps running while the bus is away, and says everything when it is back', async () => {
    const saidOf = (server: ServerId): number => reported.findLast((it) => it.what === beat.what && it.server === server)!.body.q as number;
    const before = new Map(servers.map((server) => [server, saidOf(server)]));
    const from = reported.length;
    await nats.restart();
    await until('our own connection', () => bus.status.state === 'connected');
    for (const server of servers) {
      await until('a report more', () => saidOf(server) > before.get(server)!);
      // Said before we were back ourselves, it was lost; the number in the beat shows that, and who misses something asks for it.
      const isHeard = (): boolean =>
        reported.slice(from).some((it) => it.what === instancesSeen.what && it.server === server && it.body.complete);
      if (!isHeard()) await bus.callNode(snapshotWanted, server, {}, caller);
      await until('a complete report', isHeard);
    }
    expect(existsSync(controlSocket)).toBe(true);
  });

  it('stops when asked, leaving the instances', async () => {
    agent!.kill('SIGTERM');
    expect(await ended(agent!)).toEqual({ code: 0 });
  });
});
