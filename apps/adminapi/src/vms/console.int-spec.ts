import { randomUUID } from 'node:crypto';
import type { StreamEnd } from '@nereid/bus';
import {
  adminapi,
  attachConsoleSession,
  consoleCloseCodes,
  consoleProtocol,
  consoleStream,
  decodeConsoleFrame,
  encodeConsoleFrame,
  getVm,
  ServerId,
  ServiceError,
  VmId,
  type Caller,
  type FrameType,
} from '@nereid/contracts';
import { until } from '@nereid/ports/until';
import { WebSocket } from 'ws';
import { vm as aVm } from '../../test/a-vm';
import { DoorUnderTest, operator } from '../../test/door';

const server = ServerId.parse(randomUUID());
const vm = VmId.parse(randomUUID());
const stopped = VmId.parse(randomUUID());

/** The node's end of sessions: what comes there, and what is said from there. */
class PlayedNode {
  readonly attached: { vm: VmId; caller: Caller }[] = [];
  readonly heard: { type: FrameType; text: string }[] = [];
  readonly known = new Map<string, string>();
  private stream: StreamEnd | undefined;

  constructor(door: DoorUnderTest) {
    door.bus.serveNode(attachConsoleSession, server, async ({ vm: at, token }, caller) => {
      const [session, secret] = token.split('.') as [string, string];
      if (this.known.get(session) !== secret) throw new ServiceError('InvalidCredentials', 'That token is no good.');
      this.known.delete(session);
      this.attached.push({ vm: at, caller });
      this.stream = door.bus.openStream(consoleStream, server, session, 'node', (message) => {
        const { type, payload } = decodeConsoleFrame(message);
        if (type !== 'alive') this.heard.push({ type, text: Buffer.from(payload).toString() });
      });
      await door.bus.flush();
      return {};
    });
  }

  /** A session that waits for its client. */
  aToken(): string {
    const [session, secret] = [randomUUID(), randomUUID().replaceAll('-', '').padEnd(43, 'x')];
    this.known.set(session, secret);
    return `${session}.${secret}`;
  }

  say(type: FrameType, seq: number, text = ''): void {
    this.stream!.send(encodeConsoleFrame(type, seq, Buffer.from(text)));
  }

  close(): void {
    this.stream?.close();
    this.stream = undefined;
    this.attached.length = this.heard.length = 0;
  }
}

describe('GET /console', () => {
  let door: DoorUnderTest;
  let node: PlayedNode;
  let cookie: string;
  const open: WebSocket[] = [];

  beforeAll(async () => {
    door = await DoorUnderTest.open();
    door.bus.serve(getVm, ({ id }) => {
      if (id !== vm && id !== stopped) throw new ServiceError('ResourceNotFound', `instance ${id} not found`);
      return { ...aVm, id, ...(id === vm && { server }) };
    });
    node = new PlayedNode(door);
    await door.bus.flush();
    ({ cookie } = await door.session());
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.terminate();
    node.close();
  });
  afterAll(() => door?.close());

  /** A page of the door's own, with what came to it. */
  function page(query: string, token: string | undefined, headers: Record<string, string> = { cookie, origin: door.url }) {
    const protocols = [consoleProtocol, ...(token === undefined ? [] : [`token.${token}`])];
    const socket = new WebSocket(`${door.url.replace('http', 'ws')}${adminapi.consolePath}${query}`, protocols, { headers });
    open.push(socket);
    const frames: { type: FrameType; text: string }[] = [];
    socket.on('message', (data: Buffer) => {
      const { type, payload } = decodeConsoleFrame(data);
      frames.push({ type, text: Buffer.from(payload).toString() });
    });
    const closed = new Promise<[number, string]>((resolve) => socket.once('close', (code, reason) => resolve([code, reason.toString()])));
    socket.on('error', () => undefined);
    return { socket, frames, closed };
  }

  it('hands frames on in both directions, and says who sits there', async () => {
    const { socket, frames, closed } = page(`?vm=${vm}`, node.aToken());
    await until('the door says that it has begun', () => frames.some(({ type }) => type === 'alive'));
    expect(socket.protocol).toBe(consoleProtocol); // and not the token
    expect(node.attached).toEqual([{ vm, caller: expect.objectContaining({ kind: 'operator', operator: operator.id, ip: '127.0.0.1' }) }]);
    socket.send(encodeConsoleFrame('data', 0, Buffer.from('ls\r')));
    await until('the node hears what is typed', () => node.heard.some(({ text }) => text === 'ls\r'));
    node.say('data', 0, 'a b c\r\n');
    await until('the page shows what the guest writes', () => frames.some(({ text }) => text === 'a b c\r\n'));
    node.say('end', 1, JSON.stringify({ reason: 'stopped' }));
    expect(await closed).toEqual([1000, 'the session ended']);
    expect(frames.at(-1)).toEqual({ type: 'end', text: '{"reason":"stopped"}' });
  });

  it('lets go of the node when the page goes', async () => {
    const { socket, frames } = page(`?vm=${vm}`, node.aToken());
    await until('it has begun', () => frames.length > 0);
    socket.terminate();
    await until('the node is told', () => node.heard.some(({ type }) => type === 'hangUp'));
  });

  it.each([
    ['without a token', () => page(`?vm=${vm}`, undefined), 'InvalidCredentials'],
    ['with a token that the node does not know', () => page(`?vm=${vm}`, `${randomUUID()}.${'x'.repeat(43)}`), 'InvalidCredentials'],
    ['without an instance', () => page('', node.aToken()), 'ValidationFailed'],
    ['for an instance that is not there', () => page(`?vm=${randomUUID()}`, node.aToken()), 'ResourceNotFound'],
    ['for an instance that stands nowhere', () => page(`?vm=${stopped}`, node.aToken()), 'MachineStopped'],
  ])('is refused %s', async (_, ask, reason) => {
    expect(await ask().closed).toEqual([consoleCloseCodes.refused, reason]);
    expect(node.attached).toEqual([]);
  });

  it('is for those who are signed in, and ends with their session', async () => {
    expect((await page(`?vm=${vm}`, node.aToken(), { origin: door.url }).closed)[0]).toBe(adminapi.closeCodes.signedOut);
    const other = await door.session();
    const { frames, closed } = page(`?vm=${vm}`, node.aToken(), { cookie: other.cookie, origin: door.url });
    await until('it has begun', () => frames.length > 0);
    await door.send('DELETE', '/sessions/current', { headers: { cookie: other.cookie, [adminapi.csrfHeader]: other.csrf } });
    expect((await closed)[0]).toBe(consoleCloseCodes.signedOut);
    await until('the node is told', () => node.heard.some(({ type }) => type === 'hangUp'));
  });

  it('ends for a client that speaks as the node does', async () => {
    const { socket, frames, closed } = page(`?vm=${vm}`, node.aToken());
    await until('it has begun', () => frames.length > 0);
    socket.send(encodeConsoleFrame('end', 0));
    expect((await closed)[0]).toBe(consoleCloseCodes.badFrame);
    expect(node.heard.filter(({ type }) => type === 'end')).toEqual([]);
  });
});
