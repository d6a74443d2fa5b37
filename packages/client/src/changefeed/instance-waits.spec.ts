import { SteppedClock } from '@nereid/ports/fake';
import type { ChangefeedListener, ChangefeedMessage } from './changefeed';
import { InstanceWaits } from './instance-waits';

/** A changefeed that the test plays. */
class PlayedFeed {
  readonly watched: (readonly string[] | undefined)[] = [];
  listener: ChangefeedListener | undefined;
  isClosed = false;
  open = async (listener: ChangefeedListener, vms: readonly string[] | undefined): Promise<PlayedFeed> => {
    this.listener = listener;
    this.watched.push(vms);
    return this;
  };
  watch(vms: readonly string[] | undefined): void {
    this.watched.push(vms);
  }
  close(): void {
    this.isClosed = true;
  }
  tells(changedResourceId: string): void {
    this.listener!.onMessage({ changedResourceId } as ChangefeedMessage, '');
  }
}

describe('waits for instances', () => {
  let feed: PlayedFeed;
  let clock: SteppedClock;
  let waits: InstanceWaits;
  let states: Record<string, string>;
  let asked: string[];
  const never = new AbortController().signal;
  const until = (id: string, state = 'running', signal = never): Promise<string> =>
    waits.until({
      id,
      ask: async () => {
        asked.push(id);
        return states[id]!;
      },
      isDone: (answer) => answer === state,
      signal,
    });
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 30; n++) await Promise.resolve();
  };
  beforeEach(() => {
    feed = new PlayedFeed();
    clock = new SteppedClock();
    waits = new InstanceWaits({ clock, open: feed.open, pauses: { firstMs: 100, longestMs: 1_000 } });
    states = { a: 'provisioning', b: 'provisioning', c: 'running' };
    asked = [];
  });

  it('open nothing for what is so already', async () => {
    expect(await until('c')).toBe('running');
    expect([feed.watched, asked]).toEqual([[], ['c']]);
  });

  it('ask when the subscription holds, and then when they are told of a change', async () => {
    const wait = until('a');
    await settle();
    expect(feed.watched).toEqual([['a']]);
    feed.listener!.onLive();
    await settle();
    expect(asked).toHaveLength(2);
    await clock.advance(20_000); // nobody asks again and again
    feed.tells('b');
    await settle();
    expect(asked).toHaveLength(2);
    feed.tells('a');
    await settle();
    expect(asked).toHaveLength(3);
    states['a'] = 'running';
    feed.tells('a');
    expect(await wait).toBe('running');
    expect(asked).toHaveLength(4);
  });

  it('miss nothing that happens while they ask', async () => {
    let answer: (state: string) => void = () => undefined;
    const wait = waits.until({
      id: 'a',
      ask: () => new Promise<string>((resolve) => (answer = resolve)),
      isDone: (state) => state === 'running',
      signal: never,
    });
    await settle();
    answer('provisioning');
    await settle();
    feed.listener!.onLive();
    await settle();
    feed.tells('a'); // after the question was read and before its answer is here
    answer('provisioning');
    await settle();
    answer('running');
    expect(await wait).toBe('running');
  });

  it('ask anew after each connection', async () => {
    const wait = until('a');
    await settle();
    feed.listener!.onLive();
    await settle();
    feed.listener!.onInterrupted('gone');
    states['a'] = 'running';
    feed.listener!.onLive();
    expect(await wait).toBe('running');
  });

  it('share one changefeed, and name what is waited for', async () => {
    const first = [until('a'), until('b')];
    await settle();
    feed.listener!.onLive();
    await settle();
    states['c'] = 'stopped';
    const third = until('c');
    await settle();
    expect(feed.watched).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]);
    const before = asked.length;
    feed.listener!.onLive();
    await settle();
    expect(asked.slice(before)).toEqual(['c']); // the others were heard of all the time
    for (const id of ['a', 'b', 'c']) {
      states[id] = 'running';
      feed.tells(id);
    }
    expect(await Promise.all([...first, third])).toEqual(['running', 'running', 'running']);
    await waits.close();
    expect(feed.isClosed).toBe(true);
  });

  it('ask from time to time where there is no changefeed', async () => {
    const wait = until('a');
    await settle();
    feed.listener!.onRefused({ status: 404, text: '' });
    await settle();
    const before = asked.length;
    for (let n = 0; n < 10; n++) await clock.advance(100);
    expect(asked.length - before).toBeGreaterThanOrEqual(3);
    states['a'] = 'running';
    for (let n = 0; n < 10; n++) await clock.advance(100);
    expect(await wait).toBe('running');
    expect(feed.watched).toHaveLength(1);
  });

  it('end with the reason of their signal', async () => {
    const over = new AbortController();
    const wait = until('a', 'running', over.signal);
    await settle();
    over.abort(new Error('too late'));
    await expect(wait).rejects.toThrow('too late');
  });
});
