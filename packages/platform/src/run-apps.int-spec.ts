import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Injectable, Module, Post, type OnModuleInit } from '@nestjs/common';
import { Bus, connectBus } from '@nereid/bus';
import { startNatsServer, type NatsServerProcess } from '@nereid/bus/testing';
import { Caller, ServiceError, rpc } from '@nereid/contracts';
import { SystemIds } from '@nereid/ports';
import { until } from '@nereid/ports/until';
import { z } from 'zod';
import { ConfigError, currentContext, defineApp, httpConfig, serviceConfig, startApps, type RunningApps } from './index';

const greet = rpc({
  subject: 'imgapi.v1.test.greet',
  request: z.object({ name: z.string() }),
  reply: z.object({ text: z.string() }),
  timeoutMs: 30_000,
});
const caller = (requestId: string): Caller => Caller.parse({ kind: 'service', service: 'test', requestId });

@Injectable()
class GreetHandler implements OnModuleInit {
  constructor(private readonly bus: Bus) {}

  onModuleInit(): void {
    this.bus.serve(greet, ({ name }) => ({ text: `hello ${name}, request ${currentContext().requestId}` }));
  }
}
@Module({ providers: [GreetHandler] })
class GreetModule {}

@Controller()
class DoorController {
  constructor(private readonly bus: Bus) {}

  @Get('greet')
  greet(): Promise<{ text: string }> {
    return this.bus.call(greet, { name: 'door' }, caller(currentContext().requestId!));
  }

  @Get('boom')
  boom(): never {
    throw new Error('the password is hunter2');
  }

  @Post('taken')
  taken(): never {
    throw new ServiceError('InUse', 'It is taken.');
  }

  @Get('checked')
  checked(): unknown {
    return z.object({ age: z.number() }).parse({ age: 'x' });
  }
}
@Module({ controllers: [DoorController] })
class DoorModule {}

const imgapiApp = defineApp({ name: 'imgapi', config: serviceConfig, module: () => ({ module: GreetModule }), bus: { serves: [greet] } });
const doorApp = defineApp({
  name: 'door',
  config: serviceConfig.extend(httpConfig),
  module: () => ({ module: DoorModule }),
  bus: { calls: [greet] },
  door: {},
});

let nats: NatsServerProcess;
let dir: string;
let running: RunningApps | undefined;
let doorUrl: string;

function configFile(extra = ''): string {
  const file = join(dir, 'config.yaml');
  const common = `{ datacenter: here, installation: 0123abcd, bus: { servers: ['127.0.0.1:${nats.port}'] }`;
  writeFileSync(
    file,
    `apps:\n  imgapi: ${common} }\n  door: ${common}, http: { port: 0 } }\nhealth: { port: 0 }\nlog: { level: silent }\n${extra}`,
  );
  return file;
}

beforeAll(async () => {
  nats = await startNatsServer();
  dir = mkdtempSync(join(tmpdir(), 'nereid-platform-'));
  running = await startApps([imgapiApp, doorApp], configFile(), {});
  const app = running.get('door') as unknown as { getUrl(): Promise<string> };
  doorUrl = await app.getUrl();
});
afterAll(async () => {
  await running?.stop();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

it('carries a request id from the door over the bus and back', async () => {
  const requestId = new SystemIds().random();
  const answer = await fetch(`${doorUrl}/greet`, { headers: { 'x-request-id': requestId } });
  expect(answer.headers.get('x-request-id')).toBe(requestId);
  expect(await answer.json()).toEqual({ text: `hello door, request ${requestId}` });
});

it('answers errors by code and withholds what nobody foresaw', async () => {
  const boom = await fetch(`${doorUrl}/boom`);
  expect(boom.status).toBe(500);
  const body = await boom.text();
  expect(JSON.parse(body)).toMatchObject({ code: 'InternalError', requestId: boom.headers.get('x-request-id') });
  expect(body).not.toContain('hunter2');
  const taken = await fetch(`${doorUrl}/taken`, { method: 'POST' });
  expect([taken.status, await taken.json()]).toMatchObject([409, { code: 'InUse', message: 'It is taken.' }]);
  const checked = await fetch(`${doorUrl}/checked`);
  expect([checked.status, await checked.json()]).toMatchObject([409, { code: 'ValidationFailed', errors: [{ field: 'age' }] }]);
  const missing = await fetch(`${doorUrl}/nowhere`);
  expect([missing.status, await missing.json()]).toMatchObject([404, { code: 'ResourceNotFound' }]);
  const bad = await fetch(`${doorUrl}/taken`, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
  expect([bad.status, await bad.json()]).toMatchObject([400, { code: 'InvalidContent' }]);
  const big = await fetch(`${doorUrl}/taken`, {
    method: 'POST',
    body: JSON.stringify('x'.repeat(2 ** 20)),
    headers: { 'content-type': 'application/json' },
  });
  expect([big.status, await big.json()]).toMatchObject([413, { code: 'RequestEntityTooLarge' }]);
});

it('shows health and metrics on loopback', async () => {
  const base = `http://127.0.0.1:${running!.healthPort}`;
  const health = await fetch(`${base}/health`);
  expect([health.status, await health.json()]).toMatchObject([
    200,
    { status: 'ok', apps: { imgapi: { bus: { ok: true, detail: 'connected' } }, door: { bus: { ok: true } } } },
  ]);
  const metrics = await (await fetch(`${base}/metrics`)).text();
  expect(metrics).toMatch(/nereid_bus_hop_seconds_count\{app="door",subject="imgapi.v1.test.greet",side="caller",outcome="ok"\} 1/);
  expect(metrics).toMatch(/nodejs_eventloop_lag_seconds/);
});

it('says degraded while the bus is away, and comes back', async () => {
  const statusOf = async (): Promise<number> => (await fetch(`http://127.0.0.1:${running!.healthPort}/health`)).status;
  await nats.kill();
  await until('degraded', async () => (await statusOf()) === 503);
  await nats.start();
  await until('well again', async () => (await statusOf()) === 200);
  await until('it greets again', async () => (await fetch(`${doorUrl}/greet`)).status === 200);
});

it('refuses an unknown key, naming file and key', async () => {
  await expect(startApps([imgapiApp, doorApp], configFile('surprise: 1\n'), {})).rejects.toThrow(
    new ConfigError(`${join(dir, 'config.yaml')}: surprise: unknown key`),
  );
});

it('stops: finishes what runs, then the bus has nobody there', async () => {
  const file = configFile();
  const other = await startApps([imgapiApp, doorApp], file, {});
  await running!.stop();
  running = undefined;
  const bus = await connectBus({ name: 'test', servers: [`127.0.0.1:${nats.port}`] });
  const ids = new SystemIds();
  expect((await bus.call(greet, { name: 'x' }, caller(ids.random()))).text).toContain('hello x');
  await other.stop();
  await expect(bus.call(greet, { name: 'x' }, caller(ids.random()))).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  await bus.close();
});
