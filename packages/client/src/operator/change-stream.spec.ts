import { closeCodes } from '@nereid/contracts/light';
import { ChangeStream, type Change, type ChangeStreamState } from './change-stream';
import type { Socket } from './transport';

/** A socket whose far side the test plays. */
class PlayedSocket implements Socket {
  readonly sent: unknown[] = [];
  isClosed = false;
  private readonly listeners = new Map<string, ((event: never) => void)[]>();

  addEventListener(type: string, listener: (event: never) => void): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.isClosed = true;
  }
  happens(type: 'open' | 'message' | 'close', event: object = {}): void {
    for (const listener of this.listeners.get(type) ?? []) listener(event as never);
  }
  says(message: object): void {
    this.happens('message', { data: JSON.stringify(message) });
  }
}

describe('ChangeStream', () => {
  let sockets: PlayedSocket[];
  let changes: Change[];
  let states: ChangeStreamState[];
  let resyncs: string[];
  let stream: ChangeStream;
  const last = (): PlayedSocket => sockets.at(-1)!;
  const change = (seq: number | undefined): object => ({ owner: 'vmapi', seq, resource: 'vm', event: 'changed', uuid: 'x' });

  beforeEach(() => {
    jest.useFakeTimers();
    sockets = [];
    changes = [];
    states = [];
    resyncs = [];
    const open = (): Socket => sockets[sockets.push(new PlayedSocket()) - 1]!;
    stream = new ChangeStream(open, {
      onChanges: (told) => changes.push(...told),
      onState: (state) => states.push(state),
      onResync: (owners) => resyncs.push(...owners),
    });
    last().happens('open');
    last().says({ type: 'ready', heads: { vmapi: 10, cnapi: 3 }, resync: [] });
  });
  afterEach(() => {
    stream.close();
    jest.useRealTimers();
  });

  it('says hello, and comes back behind the last change that it was told', () => {
    expect(last().sent).toEqual([{ type: 'hello', after: {} }]);
    last().says({ type: 'changes', changes: [change(11), change(undefined), change(12)] });
    last().happens('close', { code: 1006 });
    expect(states).toEqual(['live', 'waiting']);
    jest.advanceTimersByTime(500);
    last().happens('open');
    expect(sockets).toHaveLength(2);
    expect(last().sent).toEqual([{ type: 'hello', after: { vmapi: 12, cnapi: 3 } }]);
    expect(changes).toHaveLength(3);
  });

  it('passes on what was missed for good', () => {
    last().says({ type: 'resync', owner: 'vmapi', head: 99 });
    last().happens('close', { code: closeCodes.tooSlow });
    jest.advanceTimersByTime(500);
    last().happens('open');
    last().says({ type: 'ready', heads: { vmapi: 99 }, resync: ['cnapi'] });
    expect(resyncs).toEqual(['vmapi', 'cnapi']);
    expect(last().sent).toMatchObject([{ after: { vmapi: 99 } }]);
  });

  it('waits longer each time that nobody is there, and a while at most', () => {
    const tries: number[] = [];
    for (let n = 0; n < 12; n++) {
      last().happens('close', { code: 1006 });
      const before = sockets.length;
      let waited = 0;
      for (; sockets.length === before && waited < 60_000; waited += 50) jest.advanceTimersByTime(50);
      tries.push(waited);
    }
    expect(tries[0]).toBeLessThanOrEqual(250);
    expect(tries.at(-1)).toBeGreaterThan(4_000);
    expect(Math.max(...tries)).toBeLessThanOrEqual(10_050);
  });

  it('takes a door that says nothing for gone', () => {
    jest.advanceTimersByTime(60_000);
    expect(sockets.length).toBeGreaterThan(1);
    expect(sockets[0]!.isClosed).toBe(true);
  });

  it('ends with the session, and when it is closed', () => {
    last().happens('close', { code: closeCodes.signedOut });
    jest.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(stream.state).toBe('ended');
  });
});
