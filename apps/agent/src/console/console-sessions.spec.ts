import {
  attachConsoleSession,
  clientFrames,
  ConsoleWish,
  FrameFlow,
  openConsoleSession,
  readCount,
  silentAfterMs,
  sizePayload,
  tokenLifeMs,
  windowBytes,
  type Caller,
  type Frame,
  type InstanceSpec,
  type OpenedConsole,
  type VmId,
} from '@nereid/contracts';
import type { z } from 'zod';
import { SteppedClock } from '@nereid/ports/fake';
import { until } from '@nereid/ports/until';
import { aSpec, Bench } from '../testing/bench';

const requestId = '00000000-0000-4000-8000-0000000000cc';
const anna = { kind: 'account', account: '00000000-0000-4000-8000-00000000000a', login: 'anna', keyId: 'k', requestId } as Caller;
const olga = { kind: 'operator', operator: '00000000-0000-4000-8000-00000000000b', login: 'olga', requestId } as Caller;

describe('sessions at consoles', () => {
  let bench: Bench;
  let clock: SteppedClock;
  let vm: VmId;
  let spec: InstanceSpec;
  beforeEach(async () => {
    clock = new SteppedClock();
    bench = new Bench({ clock });
    await bench.start();
    spec = aSpec();
    vm = spec.id;
    await bench.run('instance.ensure', { instance: spec, start: true });
  });
  afterEach(() => bench.close());

  const open = (wish: z.input<typeof ConsoleWish> = {}, caller = anna): Promise<OpenedConsole> =>
    bench.bus.call<OpenedConsole>(openConsoleSession, { vm, wish }, caller);
  const attach = (token: string, caller = anna, at = vm): Promise<unknown> =>
    bench.bus.call(attachConsoleSession, { vm: at, token }, caller);

  /** A client that takes in all that comes, unless told to be lazy. */
  async function join(wish: z.input<typeof ConsoleWish> = {}, caller = anna, isLazy = false) {
    const { session, token } = await open(wish, caller);
    const frames: Frame[] = [];
    let say: (message: Uint8Array) => void = () => undefined;
    const flow = new FrameFlow((message) => say(message));
    say = bench.streams.door(session, (message) => {
      const frame = flow.hear(message);
      frames.push({ ...frame, payload: Buffer.from(frame.payload) });
      if (!isLazy && (frame.type === 'data' || frame.type === 'error')) flow.take(frame.payload.length);
    });
    await attach(token, caller);
    const heard = (): string => Buffer.concat(frames.filter(({ type }) => type === 'data').map(({ payload }) => payload)).toString();
    const end = (): unknown => {
      const last = frames.find(({ type }) => type === 'end');
      return last && JSON.parse(Buffer.from(last.payload).toString());
    };
    return {
      flow,
      frames,
      heard,
      end,
      type: (text: string) => flow.send('data', Buffer.from(text)),
      raw: (message: Uint8Array) => say(message),
    };
  }

  it('types, shows, resizes and ends with the exit code', async () => {
    const shell = await join({ kind: 'exec', terminal: { columns: 80, rows: 24 } });
    shell.type('echo here\r');
    await until('an answer', () => /\r\nhere\r\n/.test(shell.heard()));
    shell.flow.tell('resize', sizePayload({ columns: 132, rows: 43 }));
    shell.type('stty size\r');
    await until('its size', () => shell.heard().includes('43 132'));
    shell.type('exit 3\r');
    expect(await until('its end', () => shell.end())).toEqual({ reason: 'exited', exitCode: 3 });
    expect(bench.streams.openCount).toBe(0);
  });

  it('lets each token work once, within a minute, for its owner and its instance alone', async () => {
    const { token } = await open();
    const other = aSpec();
    await bench.run('instance.ensure', { instance: other, start: true });
    await expect(attach(`${token.slice(0, -3)}abc`)).rejects.toMatchObject({ code: 'InvalidCredentials' });
    await expect(attach(token, olga)).rejects.toMatchObject({ code: 'InvalidCredentials' });
    await expect(attach(token, anna, other.id)).rejects.toMatchObject({ code: 'InvalidCredentials' });
    await attach(token);
    await expect(attach(token)).rejects.toMatchObject({ code: 'InvalidCredentials' });
    const late = await open({ mode: 'watch' });
    await clock.advance(tokenLifeMs);
    await expect(attach(late.token)).rejects.toMatchObject({ code: 'InvalidCredentials' });
  });

  it('lets one type and others watch, who see what was there before', async () => {
    const first = await join();
    first.type('echo secret\r');
    await until('an answer', () => /\r\nsecret\r\n/.test(first.heard()));
    await expect(join({}, olga)).rejects.toMatchObject({ code: 'InUse' });
    const watcher = await join({ mode: 'watch' }, olga);
    expect(watcher.heard()).toContain('secret');
    watcher.type('echo typed by the watcher\r');
    first.type('echo second\r');
    await until('both see it', () => watcher.heard().includes('\r\nsecond\r\n') && first.heard().includes('\r\nsecond\r\n'));
    expect(watcher.heard()).not.toContain('typed by');
    first.flow.tell('hangUp');
    await join({}, olga); // the place is free, and the watcher still there
    expect(watcher.end()).toBeUndefined();
  });

  it('makes a program wait for a client that takes nothing in, and goes on when it does', async () => {
    const bytes = Buffer.alloc(3 * windowBytes, 'x');
    const copy = await join({ kind: 'exec', command: ['cat'] }, anna, true);
    let sent = 0;
    const feed = (): void => void (sent += copy.flow.send('data', bytes.subarray(sent)));
    feed();
    const got = (): number => copy.frames.filter(({ type }) => type === 'data').reduce((sum, { payload }) => sum + payload.length, 0);
    await until('a full window', () => got() === windowBytes);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(got()).toBe(windowBytes);
    // As the client takes in, everything comes, and in order.
    let taken = 0;
    await until('all of it', () => {
      feed();
      if (sent === bytes.length) copy.flow.tell('endOfInput');
      if (sent === bytes.length) sent++;
      const fresh = got() - taken;
      taken += fresh;
      copy.flow.take(fresh);
      return copy.end();
    });
    expect(got()).toBe(bytes.length);
    expect(copy.end()).toEqual({ reason: 'exited', exitCode: 0 });
  });

  it('does not make a console wait: who is too slow is told how much was left out', async () => {
    const lazy = await join({ mode: 'watch' }, olga, true);
    const typist = await join();
    const bytesOf = ({ frames }: { frames: readonly Frame[] }): number => frames.reduce((sum, { payload }) => sum + payload.length, 0);
    const line = `echo ${'y'.repeat(900)}\r`;
    while (bytesOf(typist) < windowBytes + 150_000) {
      typist.type(line.repeat(10));
      await new Promise((resolve) => setImmediate(resolve));
    }
    lazy.flow.take(windowBytes);
    const skipped = await until('what was left out', () => lazy.frames.find(({ type }) => type === 'skipped'));
    expect(readCount(skipped)).toBeGreaterThan(0);
    expect(typist.frames.some(({ type }) => type === 'skipped')).toBe(false);
  });

  it('ends when nothing happens for the idle time, and when the door falls silent', async () => {
    const idle = await join({ kind: 'exec', terminal: { columns: 80, rows: 24 }, idleSeconds: 10 });
    await clock.advance(9_000);
    idle.type('x');
    await until('its echo', () => idle.heard().endsWith('x'));
    await clock.advance(9_000);
    expect(idle.end()).toBeUndefined();
    await clock.advance(1_100);
    expect(idle.end()).toEqual({ reason: 'idle' });
    const silent = await join({ kind: 'exec', terminal: { columns: 80, rows: 24 } });
    for (let n = 0; n < 10; n++) {
      await clock.advance(silentAfterMs / 2);
      silent.flow.tell('alive');
    }
    expect(bench.streams.openCount).toBe(1);
    expect(silent.frames.filter(({ type }) => type === 'alive').length).toBeGreaterThan(10);
    await clock.advance(2 * silentAfterMs);
    expect(bench.streams.openCount).toBe(0);
  });

  it('ends with the instance, and with the agent', async () => {
    const [console, shell] = [await join(), await join({ kind: 'exec', terminal: { columns: 80, rows: 24 } })];
    bench.simulated.halt(vm);
    await until('both ends', () => console.end() && shell.end());
    expect([console.end(), shell.end()]).toEqual([{ reason: 'stopped' }, expect.objectContaining({ reason: 'stopped' })]);
    await expect(open()).rejects.toMatchObject({ code: 'Conflict' });
    await bench.run('instance.start', { instance: spec }, { generation: 2 });
    const last = await join();
    await bench.agent!.stop(100);
    expect(last.end()).toEqual({ reason: 'agent-stopping' });
    expect(bench.streams.openCount).toBe(0);
    bench.agent = undefined;
  });

  it.each([
    ['a lost frame', (flow: FrameFlow) => flow.tell('endOfInput'), 1],
    ['a frame of the node', (flow: FrameFlow) => flow.tell('end'), 0],
  ])('ends at %s', async (_, say, lose) => {
    const session = await join();
    let left = lose;
    const odd = new FrameFlow((message) => (left-- > 0 ? undefined : session.raw(message)));
    say(odd);
    say(odd);
    expect(session.end()).toMatchObject({ reason: 'broken' });
    expect(clientFrames.has('end')).toBe(false);
  });

  it('holds no more sessions than it may, those that wait included', async () => {
    for (let n = 0; n < 4; n++) await open({ mode: 'watch' });
    await expect(open({ mode: 'watch' })).rejects.toMatchObject({ code: 'TooManyRequests' });
    await clock.advance(tokenLifeMs);
    await open();
  });

  it('refuses what cannot be', async () => {
    await expect(open({ kind: 'exec', mode: 'watch' })).rejects.toMatchObject({ code: 'InvalidArgument' });
    const nobody = aSpec().id;
    await expect(bench.bus.call(openConsoleSession, { vm: nobody, wish: {} }, anna)).rejects.toMatchObject({ code: 'ResourceNotFound' });
    const { token } = await open({ kind: 'exec', command: ['/no/such'] });
    await expect(attach(token)).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(bench.streams.openCount).toBe(0);
  });
});
