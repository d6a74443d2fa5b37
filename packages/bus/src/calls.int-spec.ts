import { Caller, ServerId, ServiceError, hint, nodeReport, nodeRpc, rpc } from '@nereid/contracts';
import { SystemIds } from '@nereid/ports';
import { until } from '@nereid/ports/until';
import { z } from 'zod';
import type { Bus } from './bus';
import { connectBus, type BusOptions } from './connect';
import type { BusLog, Hop } from './hooks';
import { startNatsServer, type NatsServerProcess } from './testing';

const ids = new SystemIds();
const caller = Caller.parse({ kind: 'service', service: 'test', requestId: ids.random() });
const server = ServerId.parse(ids.random());
const echo = rpc({
  subject: 'vmapi.v1.test.echo',
  request: z.object({ text: z.string(), times: z.number().int().default(1) }),
  reply: z.object({ text: z.string() }),
  timeoutMs: 30_000,
});
const runTask = nodeRpc({ verb: 'task.run', request: z.object({ n: z.number() }), reply: z.object({ n: z.number() }), timeoutMs: 30_000 });
const finished = nodeReport({ what: 'task.finished', body: z.object({ n: z.number() }), reply: z.object({}) });
const beat = nodeReport({ what: 'beat', body: z.object({ seq: z.number() }) });
const changed = hint('vmapi', 'test', z.object({ id: z.string() }));

let nats: NatsServerProcess;
const open: Bus[] = [];
const servers: NatsServerProcess[] = [];
async function bus(options: Partial<BusOptions> = {}): Promise<Bus> {
  const made = await connectBus({ name: 'vmapi', servers: [`127.0.0.1:${nats.port}`], ...options });
  open.push(made);
  return made;
}
function recordingLog(): BusLog & { lines: { fields: Record<string, unknown>; message: string }[] } {
  const lines: { fields: Record<string, unknown>; message: string }[] = [];
  const keep = (fields: Record<string, unknown>, message: string): void => void lines.push({ fields, message });
  return { lines, info: keep, warn: keep, error: keep };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'ok',
    (err: unknown) => (err instanceof ServiceError ? err.code : `not a ServiceError: ${String(err)}`),
  );
}

beforeAll(async () => {
  nats = await startNatsServer();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close({ drainMs: 0 })));
  await Promise.all(servers.splice(0).map((one) => one.stop()));
});
afterAll(() => nats.stop());

describe('a call', () => {
  it('carries request, caller and request id there and the reply back', async () => {
    const [a, b] = [await bus(), await bus({ name: 'cloudapi' })];
    const seen: unknown[] = [];
    a.serve(echo, (request, from, received) => {
      seen.push(from, received.requestId);
      expect(received.remainingMs()).toBeGreaterThan(1_000);
      return { text: request.text.repeat(request.times) };
    });
    await a.flush();
    expect(await b.call(echo, { text: 'ab', times: 2 }, caller)).toEqual({ text: 'abab' });
    expect(await b.call(echo, { text: 'ab' }, caller)).toEqual({ text: 'ab' });
    expect(seen.slice(0, 2)).toEqual([caller, caller.requestId]);
  });

  it('shares the work among the processes of the owner', async () => {
    const counts = [0, 0];
    for (const index of [0, 1]) {
      const one = await bus();
      one.serve(echo, ({ text }) => (counts[index]!++, { text }));
      await one.flush();
    }
    const asking = await bus({ name: 'cloudapi' });
    await Promise.all(Array.from({ length: 200 }, () => asking.call(echo, { text: 'x' }, caller)));
    expect(counts[0]! + counts[1]!).toBe(200);
    expect(Math.min(...counts)).toBeGreaterThan(40);
  });

  it('is refused by its sender when the request is not as the contract says', async () => {
    const a = await bus();
    await expect(a.call(echo, { text: 5 } as never, caller)).rejects.toMatchObject({
      code: 'ValidationFailed',
      errors: [{ field: 'text' }],
    });
  });

  it('is refused by its handler when it has no caller', async () => {
    const a = await bus();
    a.serve(echo, ({ text }) => ({ text }));
    expect(await codeOf(a.call(echo, { text: 'x' }, { requestId: caller.requestId } as never))).toBe('InvalidHeader');
  });

  it('ends as InternalError when the reply is not as the contract says', async () => {
    const a = await bus();
    a.serve(echo, () => ({ wrong: true }) as never);
    expect(await codeOf(a.call(echo, { text: 'x' }, caller))).toBe('InternalError');
  });

  it('is ServiceUnavailable at once when nobody serves', async () => {
    const a = await bus();
    // And not Timeout, as everything is that had to wait for its deadline.
    expect(await codeOf(a.call(echo, { text: 'x' }, caller))).toBe('ServiceUnavailable');
  });

  it('carries a ServiceError over, without what is for operators', async () => {
    const a = await bus();
    a.serve(echo, () => {
      throw new ServiceError('InUse', 'The alias is taken.', { context: { secret: 1 } });
    });
    await expect(a.call(echo, { text: 'x' }, caller)).rejects.toMatchObject({
      code: 'InUse',
      message: 'The alias is taken.',
      context: undefined,
    });
  });

  it('withholds the text of an unforeseen error and logs it once', async () => {
    const log = recordingLog();
    const a = await bus({ log });
    a.serve(echo, () => {
      throw new Error('password is hunter2');
    });
    const thrown = await a.call(echo, { text: 'x' }, caller).catch((err: unknown) => err as ServiceError);
    expect(thrown).toMatchObject({ code: 'InternalError' });
    expect(JSON.stringify(thrown) + (thrown as Error).message).not.toContain('hunter2');
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]!.fields).toMatchObject({
      subject: echo.subject,
      requestId: caller.requestId,
      err: { message: 'password is hunter2' },
    });
  });

  it('times out, and the handler sees its signal aborted then', async () => {
    const a = await bus();
    let aborted = false;
    a.serve(echo, async (_request, _caller, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted = true;
      return { text: '' };
    });
    expect(await codeOf(a.call(echo, { text: 'x' }, caller, { timeoutMs: 60 }))).toBe('Timeout');
    await until('the handler is told', () => aborted);
    expect(a.status).toMatchObject({ waiting: 0 });
  });

  it('can be given up by its caller', async () => {
    const a = await bus();
    a.serve(echo, () => new Promise(() => undefined));
    const giveUp = new AbortController();
    const outcome = codeOf(a.call(echo, { text: 'x' }, caller, { signal: giveUp.signal }));
    await until('the handler has begun', () => a.status.inFlight === 1);
    giveUp.abort();
    expect(await outcome).toBe('Timeout');
  });

  it('is ServiceUnavailable beyond the bound, without touching the handler', async () => {
    const a = await bus({ log: recordingLog() });
    let entered = 0;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    a.serve(echo, async ({ text }) => (entered++, await gate, { text }), { maxInFlight: 3 });
    const outcomes = Array.from({ length: 10 }, () => codeOf(a.call(echo, { text: 'x' }, caller)));
    await until('the others were refused', () => a.status.waiting === 3);
    release();
    const codes = await Promise.all(outcomes);
    expect(entered).toBe(3);
    expect(codes.filter((code) => code === 'ok')).toHaveLength(3);
    expect(codes.filter((code) => code === 'ServiceUnavailable')).toHaveLength(7);
    expect(await codeOf(a.call(echo, { text: 'x' }, caller))).toBe('ok');
  });

  it('ignores fields that a newer sender adds', async () => {
    const a = await bus();
    const seen: unknown[] = [];
    a.serve(echo, (request) => (seen.push(request), { text: 'y', later: 1 }) as never);
    const newer = { ...echo, request: echo.request.extend({ later: z.boolean() }) };
    expect(await a.call(newer, { text: 'x', later: true }, caller)).toEqual({ text: 'y' });
    expect(seen).toEqual([{ text: 'x', times: 1 }]);
  });

  it('is counted on both ends', async () => {
    const hops: Hop[] = [];
    const a = await bus({ onHop: (hop) => hops.push(hop) });
    a.serveNode(runTask, server, ({ n }) => ({ n }));
    await a.callNode(runTask, server, { n: 1 }, caller);
    expect(hops.map(({ subject, side, outcome }) => `${subject} ${side} ${outcome}`).sort()).toEqual([
      'agent.v1.*.task.run caller ok',
      'agent.v1.*.task.run handler ok',
    ]);
  });
});

describe('nodes and hints', () => {
  it('calls the agent of one server, and no other', async () => {
    const [control, agent] = [await bus(), await bus({ server })];
    agent.serveNode(runTask, server, ({ n }) => ({ n: n + 1 }));
    await agent.flush();
    expect(await control.callNode(runTask, server, { n: 1 }, caller)).toEqual({ n: 2 });
    expect(await codeOf(control.callNode(runTask, ServerId.parse(ids.random()), { n: 1 }, caller))).toBe('ServiceUnavailable');
  });

  it('acknowledges a report that wants it, and says whose it was', async () => {
    const [control, agent] = [await bus(), await bus({ server })];
    const seen: unknown[] = [];
    control.onReport(finished, (from, body) => (seen.push([from, body]), {}), { queue: 'vmapi' });
    control.onReport(beat, (from, body) => void seen.push([from, body]));
    await control.flush();
    expect(await agent.report(finished, server, { n: 7 })).toEqual({});
    await agent.report(beat, server, { seq: 1 });
    await until('both reports', () => seen.length === 2);
    expect(seen).toEqual([
      [server, { n: 7 }],
      [server, { seq: 1 }],
    ]);
  });

  it('sends hints to all, or to one of a queue', async () => {
    const seen: string[] = [];
    for (const name of ['a', 'b']) {
      const one = await bus({ name });
      one.onHint(changed, ({ id }) => void seen.push(`all ${id}`));
      one.onHint(changed, ({ id }) => void seen.push(`one ${id}`), { queue: 'q' });
      await one.flush();
    }
    const stop = (await bus()).onHint(changed, () => void seen.push('stopped'));
    await stop();
    (await bus()).hint(changed, { id: '5' });
    await until('all were heard', () => seen.length === 3);
    expect(seen.sort()).toEqual(['all 5', 'all 5', 'one 5']);
  });
});

describe('closing', () => {
  it('answers what it has begun and takes nothing new', async () => {
    const [a, b] = [await bus(), await bus({ name: 'cloudapi' })];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    a.serve(echo, async ({ text }) => (await gate, { text }));
    await a.flush();
    const begun = codeOf(b.call(echo, { text: 'x' }, caller));
    await until('the handler has begun', () => a.status.inFlight === 1);
    const closed = a.close();
    let late = '';
    while (late !== 'ServiceUnavailable') late = await codeOf(b.call(echo, { text: 'late' }, caller, { timeoutMs: 50 }));
    release();
    expect(await begun).toBe('ok');
    await closed;
    expect(a.status.state).toBe('closed');
    expect(await codeOf(a.call(echo, { text: 'x' }, caller))).toBe('ServiceUnavailable');
  });

  it('does not wait for a handler for ever', async () => {
    const a = await bus();
    let reason: unknown;
    a.serve(echo, (_request, _caller, { signal }) => {
      signal.addEventListener('abort', () => (reason = signal.reason));
      return new Promise(() => undefined);
    });
    void codeOf(a.call(echo, { text: 'x' }, caller));
    await until('the handler has begun', () => a.status.inFlight === 1);
    await a.close({ drainMs: 30 });
    expect(reason).toMatchObject({ code: 'ServiceUnavailable' });
  });
});

describe('a restart of the server under load', () => {
  it('costs the calls in flight, not the ones that follow', async () => {
    const own = await startNatsServer();
    servers.push(own);
    const log = recordingLog();
    const to = { servers: [`127.0.0.1:${own.port}`], log };
    const [a, b] = [await bus(to), await bus({ ...to, name: 'cloudapi' })];
    const handled = new Map<string, number>();
    a.serve(echo, ({ text }) => (handled.set(text, (handled.get(text) ?? 0) + 1), { text }));
    await a.flush();
    const codes: string[] = [];
    let running = true;
    let next = 0;
    const load = Array.from({ length: 16 }, async () => {
      while (running) codes.push(await codeOf(b.call(echo, { text: String(next++) }, caller, { timeoutMs: 5_000 })));
    });
    await until('load', () => codes.length > 100);
    await own.restart(150);
    await until('both are back', () => a.status.state === 'connected' && b.status.state === 'connected');
    const before = codes.length;
    await until('calls succeed again', () => codes.slice(before).filter((code) => code === 'ok').length > 200);
    running = false;
    await Promise.all(load);
    expect([...handled.values()].filter((times) => times > 1)).toEqual([]);
    const failed = codes.filter((code) => code !== 'ok');
    // In flight when it broke: lost. Sent before the handler was back: refused, and nothing was done.
    expect(failed.filter((code) => code === 'Timeout').length).toBeLessThanOrEqual(16);
    expect(new Set(failed)).toEqual(new Set(failed.filter((code) => ['Timeout', 'ServiceUnavailable'].includes(code))));
    expect(b.status.reconnects).toBe(1);
  });
});
