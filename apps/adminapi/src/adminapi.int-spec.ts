import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus } from '@nereid/bus';
import { ServiceError, enrolServer, type Caller, type ServerId } from '@nereid/contracts';
import { startApps, type RunningApps } from '@nereid/platform';
import { infrastructure } from '@nereid/testkit';
import { adminapiApp } from './index';

describe('adminapi', () => {
  let apps: RunningApps;
  let bus: Bus;
  let directory: string;
  let door: string;
  const server = randomUUID() as ServerId;
  const callers: Caller[] = [];
  const token = 't'.repeat(43);
  const want = { token, publicKey: `U${'A'.repeat(55)}`, hostname: 'node', driver: 'linux' };

  beforeAll(async () => {
    const { nats, installation } = await infrastructure();
    const address = nats.url.replace('nats://', '');
    directory = mkdtempSync(join(tmpdir(), 'nereid-adminapi-'));
    const port = await freePort();
    door = `http://127.0.0.1:${port}`;
    const config = {
      apps: {
        adminapi: {
          datacenter: 'test',
          installation,
          bus: { servers: [address] },
          http: { host: '127.0.0.1', port },
          enrolment: { perSecond: 0.001, burst: 8 },
        },
      },
      health: { port: 0 },
      log: { level: 'fatal' },
    };
    writeFileSync(join(directory, 'config.yaml'), JSON.stringify(config));
    apps = await startApps([adminapiApp], join(directory, 'config.yaml'), {});
    bus = await connectBus({ name: 'cnapi', servers: [address] });
    bus.serve(enrolServer, (request, caller) => {
      callers.push(caller);
      if (request.token !== token) throw new ServiceError('InvalidCredentials', 'no');
      return { server, userJwt: 'a.b.c', busServers: ['bus:4222'] };
    });
    await bus.flush();
  });
  afterAll(async () => {
    await bus.close();
    await apps.stop();
    rmSync(directory, { recursive: true });
  });

  const enrol = (body: object) =>
    fetch(`${door}/enrol`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  it('enrols by cnapi and says where the server has come to', async () => {
    const answer = await enrol(want);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ server, datacenter: 'test', userJwt: 'a.b.c', busServers: ['bus:4222'] });
    expect(callers[0]).toMatchObject({ kind: 'service', service: 'adminapi' });
  });

  it('refuses what is unknown, misspelt or too much', async () => {
    expect((await enrol({ ...want, token: 'x'.repeat(43) })).status).toBe(401);
    expect((await enrol({ ...want, extra: 1 })).status).toBe(409);
    expect((await enrol({ ...want, publicKey: 'U' })).status).toBe(409);
    expect((await enrol({ ...want, hostname: 'x'.repeat(20_000) })).status).toBe(413);
    const statuses = [];
    for (let n = 0; n < 10; n++) statuses.push((await enrol(want)).status);
    expect(statuses).toContain(429);
  });

  it('answers ping', async () => {
    expect(await (await fetch(`${door}/ping`)).json()).toEqual({ ping: 'pong', healthy: true });
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
