import { on, once } from 'node:events';
import type { Bus } from '@nereid/bus';
import type { Change, ChangeStreamState, OperatorClient } from '@nereid/client/operator';
import { VmId, adminapi, feedOwners, jobHint, readFeed, type FeedEntry, type FeedOwner } from '@nereid/contracts';
import { WebSocket } from 'ws';
import { DoorUnderTest, operator, password } from '../../test/door';

const vm = VmId.parse('ab12cd34-0000-4000-8000-000000000001');
const longAgo = '2026-01-01T00:00:00.000Z';

/** Owners' feeds as a test plays them. */
class Feeds {
  private readonly entries = new Map<FeedOwner, FeedEntry[]>(feedOwners.map((owner) => [owner, []]));
  /** Entries up to here are kept no longer. */
  forgottenUpTo = 0;

  constructor(private readonly bus: Bus) {
    for (const owner of feedOwners) {
      bus.serve(readFeed[owner], ({ after, limit }) => {
        const all = this.entries.get(owner)!;
        const head = all.length;
        if (after < this.forgottenUpTo || after > head) return { head, resync: true, entries: [] };
        return { head, resync: false, entries: all.slice(after, after + (limit ?? 500)) };
      });
    }
  }

  add(owner: FeedOwner, subject: string, resourceId: string, version: number, body: object = {}, at = longAgo): void {
    const all = this.entries.get(owner)!;
    const entry = { seq: all.length + 1, subject, resourceId, version, at, body };
    all.push(entry);
    this.bus.publishFeed(owner, { head: entry.seq, entries: [entry] });
  }
}

/** A client's view: what it was told, and a wait for more. */
class Watcher {
  readonly changes: Change[] = [];
  readonly states: ChangeStreamState[] = [];
  readonly resyncs: string[] = [];
  private wake: () => void = () => undefined;
  readonly listener = {
    onChanges: (changes: readonly Change[]) => (this.changes.push(...changes), this.wake()),
    onState: (state: ChangeStreamState) => (this.states.push(state), this.wake()),
    onResync: (owners: readonly string[]) => (this.resyncs.push(...owners), this.wake()),
  };

  /** Waits until it holds; the test's own time limit is the deadline. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.wake = resolve));
  }
}

describe('the stream of changes', () => {
  let door: DoorUnderTest;
  let feeds: Feeds;
  let client: OperatorClient;

  beforeAll(async () => {
    door = await DoorUnderTest.open({}, (bus) => (feeds = new Feeds(bus)));
    client = await door.signedIn();
  });
  afterAll(async () => {
    client?.close();
    await door?.close();
  });

  const open = (headers: Record<string, string>): WebSocket => new WebSocket(`${door.url.replace('http', 'ws')}/changes`, { headers });
  const closed = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.on('close', resolve));
  /** Messages of a socket that is read by hand, one after the other. */
  const reader = (socket: WebSocket): (() => Promise<adminapi.ChangesMessage>) => {
    const messages = on(socket, 'message');
    return async () => adminapi.ChangesMessage.parse(JSON.parse(String(((await messages.next()).value as [Buffer])[0])));
  };
  const hello = async (socket: WebSocket, after: object): Promise<void> => {
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'hello', after }));
  };

  it('tells what changes, by feed and hint, in the order of each owner', async () => {
    const watcher = new Watcher();
    const stream = client.changes(watcher.listener);
    await watcher.until(() => stream.state === 'live');
    for (let version = 1; version <= 4; version++) feeds.add('vmapi', 'vm.changed', vm, version);
    feeds.add('cnapi', 'server.changed', 's', 3, { state: 'down' });
    feeds.add('vmapi', 'secret.changed', 'x', 1);
    door.bus.hint(jobHint, { job: '0b000000-0000-7000-8000-000000000001' as never, vm, state: 'running' });
    await watcher.until(() => watcher.changes.length >= 6);
    const ofVm = watcher.changes.filter(({ resource }) => resource === 'vm');
    expect(ofVm.map(({ seq, version }) => [seq, version])).toEqual([1, 2, 3, 4].map((each) => [each, each]));
    expect(watcher.changes).toContainEqual(expect.objectContaining({ owner: 'cnapi', resource: 'server', uuid: 's', state: 'down' }));
    expect(watcher.changes).toContainEqual(expect.objectContaining({ resource: 'job', vm_uuid: vm, state: 'running' }));
    expect(watcher.states).toEqual(['live']);
    stream.close();
  });

  it('goes on behind what a client has, and says when that is not possible', async () => {
    const { cookie } = await door.session();
    const socket = open({ cookie, origin: door.url });
    const next = reader(socket);
    await hello(socket, { vmapi: 2, cnapi: 99 });
    expect(await next()).toMatchObject({ type: 'ready', heads: { vmapi: 2, identity: 0 }, resync: ['cnapi'] });
    const message = await next();
    expect(message.type === 'changes' && message.changes.map(({ seq }) => seq)).toEqual([3, 4]);
    socket.close();
  });

  it('reads from the owner what this process has not heard itself', async () => {
    const other = await DoorUnderTest.open({}, (bus) => {
      const earlier = new Feeds(bus);
      for (let version = 1; version <= 1_200; version++) earlier.add('napi', 'network.changed', 'n', version);
    });
    const { cookie } = await other.session();
    const socket = new WebSocket(`${other.url.replace('http', 'ws')}/changes`, { headers: { cookie, origin: other.url } });
    const seqs: number[] = [];
    const isComplete = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const message = adminapi.ChangesMessage.parse(JSON.parse(data.toString()));
        if (message.type === 'changes') seqs.push(...message.changes.map(({ seq }) => seq!));
        if (seqs.length >= 1_195) resolve();
      });
    });
    await hello(socket, { napi: 5 });
    await isComplete;
    expect(seqs).toEqual(Array.from({ length: 1_195 }, (_, index) => index + 6));
    socket.close();
    await other.close();
  });

  it('is for pages of this door, in a session that lives', async () => {
    const { cookie, csrf } = await door.session();
    const refusal = (headers: Record<string, string>): Promise<string> =>
      new Promise((resolve) => open(headers).on('error', ({ message }) => resolve(message)));
    expect(await refusal({ cookie, origin: 'https://evil.example' })).toMatch('403');
    expect(await refusal({ cookie })).toMatch('403');
    expect(await closed(open({ origin: door.url }))).toBe(adminapi.closeCodes.signedOut);
    const socket = open({ cookie, origin: door.url });
    await Promise.all([hello(socket, {}), once(socket, 'message')]);
    await door.send('DELETE', '/sessions/current', { headers: { cookie, [adminapi.csrfHeader]: csrf } });
    expect(await closed(socket)).toBe(adminapi.closeCodes.signedOut);
  });

  it('ends for everybody who knew an old password', async () => {
    const { cookie } = await door.session();
    const socket = open({ cookie, origin: door.url });
    await Promise.all([hello(socket, {}), once(socket, 'message')]);
    feeds.add('identity', 'operator.changed', operator.id, 2, { passwordChanged: true }, new Date(Date.now() + 1_000).toISOString());
    expect(await closed(socket)).toBe(adminapi.closeCodes.signedOut);
    expect((await door.send('GET', '/sessions/current', { headers: { cookie } })).status).toBe(401);
    await client.signIn({ login: operator.login, password });
  });

  it('closes for a client that says something else than a hello', async () => {
    const { cookie } = await door.session();
    for (const text of ['nonsense', '{"type":"hello","after":{"nobody":1}}']) {
      const socket = open({ cookie, origin: door.url });
      await new Promise((resolve) => socket.once('open', resolve));
      socket.send(text);
      expect(await closed(socket)).toBe(adminapi.closeCodes.badHello);
    }
  });
});
