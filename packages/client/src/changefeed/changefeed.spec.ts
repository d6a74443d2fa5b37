import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SteppedClock } from '@nereid/ports/fake';
import { WebSocketServer, type WebSocket } from 'ws';
import { Changefeed, type Refusal } from './changefeed';

/** A door that answers as the test wants. */
class PlayedDoor {
  readonly subscriptions: unknown[] = [];
  readonly sockets: WebSocket[] = [];
  /** Instead of a WebSocket. */
  refuses: number | undefined;
  private readonly sockServer = new WebSocketServer({ noServer: true });
  private readonly server: Server = createServer();

  async open(): Promise<string> {
    this.server.on('upgrade', (request, socket, head) => {
      if (this.refuses !== undefined) {
        const body = `{"code":"No${this.refuses}"}`;
        return void socket.end(`HTTP/1.1 ${this.refuses} No\r\nX-Request-Id: r1\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      }
      this.sockServer.handleUpgrade(request, socket, head, (opened) => {
        this.sockets.push(opened);
        opened.on('message', (data: Buffer) => this.subscriptions.push(JSON.parse(data.toString())));
      });
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.server.close();
    await once(this.server, 'close');
  }
}

describe('a changefeed', () => {
  let door: PlayedDoor;
  let clock: SteppedClock;
  let feed: Changefeed;
  let happened: string[];
  let refusal: Refusal | undefined;
  let requests: number;

  beforeEach(async () => {
    door = new PlayedDoor();
    clock = new SteppedClock();
    [happened, refusal, requests] = [[], undefined, 0];
    const url = await door.open();
    const request = async () => {
      requests++;
      return { url, headers: {}, ca: undefined, rejectUnauthorized: true };
    };
    const open = (vms?: readonly string[]): Changefeed =>
      new Changefeed(
        { request, clock, fraction: () => 0.5 },
        {
          onLive: () => happened.push('live'),
          onMessage: ({ changedResourceId }) => happened.push(changedResourceId),
          onInterrupted: (why) => happened.push(`interrupted: ${why}`),
          onRefused: (given) => ((refusal = given), happened.push('refused')),
        },
        vms,
      );
    feed = open(['a']);
  });
  afterEach(async () => {
    feed.close();
    await door.close();
  });

  /** Waits until so much has happened; the test's own time limit is the deadline. */
  async function until(count: number): Promise<string[]> {
    while (happened.length < count) await new Promise((resolve) => setImmediate(resolve));
    return happened;
  }

  it('is live when the door has taken the subscription in, and tells what comes', async () => {
    expect(await until(1)).toEqual(['live']);
    const subResources = expect.arrayContaining(['state', 'tags', 'alias']) as unknown;
    expect(door.subscriptions).toEqual([{ resource: 'vm', subResources, vms: ['a'] }]);
    door.sockets[0]!.send('{"changedResourceId":"a"}');
    expect(await until(2)).toEqual(['live', 'a']);
    feed.watch(undefined);
    expect(await until(3)).toEqual(['live', 'a', 'live']);
    expect(door.subscriptions[1]).toEqual({ resource: 'vm', subResources });
  });

  it('connects anew, with a new signature, and subscribes to the same', async () => {
    await until(1);
    door.sockets[0]!.close(1012, 'changes were missed');
    expect(await until(2)).toEqual(['live', 'interrupted: changes were missed']);
    await clock.advance(1_000);
    expect(await until(3)).toEqual(['live', 'interrupted: changes were missed', 'live']);
    expect([requests, door.subscriptions[1]]).toEqual([2, door.subscriptions[0]]);
  });

  it('goes on while a door that had one is starting', async () => {
    await until(1);
    door.refuses = 503;
    door.sockets[0]!.terminate();
    await until(2);
    await clock.advance(1_000);
    expect((await until(3))[2]).toBe('interrupted: 503 No');
    door.refuses = undefined;
    await clock.advance(1_000);
    expect((await until(4))[3]).toBe('live');
  });

  it('is over when the key is gone', async () => {
    await until(1);
    door.sockets[0]!.close(4001, 'the key is gone');
    await until(2);
    expect(refusal).toEqual({ text: 'the key is gone' });
    await clock.advance(60_000);
    expect(requests).toBe(1);
  });

  it('takes a connection for dead on which nothing is answered', async () => {
    await until(1);
    // @ts-expect-error -- the far side falls silent, as when its machine has lost its power
    door.sockets[0]!._autoPong = false;
    for (let n = 0; n < 5; n++) await clock.advance(10_000);
    expect((await until(2))[1]).toMatch(/^interrupted: /);
  });
});

describe('a door without a changefeed', () => {
  it.each([404, 429, 503])('refuses it: %d', async (status) => {
    const door = new PlayedDoor();
    door.refuses = status;
    const url = await door.open();
    const refusal = await new Promise<Refusal>((resolve) => {
      const nothing = (): void => undefined;
      const listener = { onLive: nothing, onMessage: nothing, onInterrupted: nothing, onRefused: resolve };
      const request = async () => ({ url, headers: {}, ca: undefined, rejectUnauthorized: true });
      new Changefeed({ request, clock: new SteppedClock(), fraction: () => 0.5 }, listener);
    });
    expect(refusal).toMatchObject({ status, text: `{"code":"No${status}"}`, headers: { 'x-request-id': 'r1' } });
    await door.close();
  });
});
