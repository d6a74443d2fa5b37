import { Caller, readFeed, type FeedEntry } from '@nereid/contracts';
import { SystemIds } from '@nereid/ports';
import { until } from '@nereid/ports/until';
import type { Bus } from './bus';
import { connectBus } from './connect';
import { followFeed, type FeedFollower } from './follow-feed';
import { startNatsServer, type NatsServerProcess } from './testing';

const caller = Caller.parse({ kind: 'service', service: 'test', requestId: new SystemIds().random() });
let nats: NatsServerProcess;
let owner: Bus;
let subscriber: Bus;
let kept: FeedEntry[];
let reads: number;
let follower: FeedFollower | undefined;
let seen: string[];

function entry(seq: number, resourceId = `r${seq}`, version = 1): FeedEntry {
  return { seq, subject: 'vm.changed', resourceId, version, at: '2026-01-01T00:00:00.000Z', body: {} };
}
/** Commits entries as the relay does; `lost` ones are never published. */
function commit(entries: FeedEntry[], lost = false): void {
  kept.push(...entries);
  if (!lost) owner.publishFeed('vmapi', { head: kept.at(-1)!.seq, entries });
}
function follow(
  after: number | undefined,
  onEntry: (one: FeedEntry) => Promise<void> | void = () => undefined,
  isEveryChange = false,
): FeedFollower {
  return (follower = followFeed(subscriber, 'vmapi', {
    after,
    isEveryChange,
    caller,
    onEntry: async (one) => {
      await onEntry(one);
      seen.push(`${one.seq}`);
    },
    onResync: (head) => void seen.push(`resync ${head}`),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  }));
}

beforeAll(async () => {
  nats = await startNatsServer();
});
beforeEach(async () => {
  const to = { servers: [`127.0.0.1:${nats.port}`], log: { info: () => undefined, warn: () => undefined, error: () => undefined } };
  [owner, subscriber] = [await connectBus({ name: 'vmapi', ...to }), await connectBus({ name: 'cloudapi', ...to })];
  [kept, seen, reads] = [[], [], 0];
  owner.serve(readFeed.vmapi, ({ after, limit }) => {
    reads++;
    const head = kept.at(-1)?.seq ?? 0;
    const oldest = kept[0]?.seq ?? 1;
    if (after > head || after + 1 < oldest) return { head, resync: true, entries: [] };
    return { head, resync: false, entries: kept.filter(({ seq }) => seq > after).slice(0, limit) };
  });
  await owner.flush();
});
afterEach(async () => {
  await follower?.close();
  await Promise.all([owner.close(), subscriber.close()]);
});
afterAll(() => nats.stop());

it('begins where it was told, then hears', async () => {
  commit([entry(1), entry(2), entry(3)], true);
  await follow(1).caughtUp;
  expect(seen).toEqual(['2', '3']);
  commit([entry(4)]);
  await until('all were heard', () => seen.length === 3);
  expect(reads).toBe(1);
  expect(follower!.position).toBe(4);
});

it('begins with a resync when it has no position, or one that is too old', async () => {
  commit([entry(10), entry(11)], true);
  await follow(undefined).caughtUp;
  expect(seen).toEqual(['resync 11']);
  await follower!.close();
  await follow(3).caughtUp;
  expect(seen).toEqual(['resync 11', 'resync 11']);
  commit([entry(12)]);
  await until('the next entry', () => seen.at(-1) === '12');
});

it('reads what it did not hear, in order and once', async () => {
  await follow(0).caughtUp;
  commit([entry(1)]);
  commit([entry(2), entry(3)], true);
  commit([entry(4)]);
  commit([entry(5)], true);
  owner.publishFeed('vmapi', { head: 5, entries: [] }); // the relay repeats its head
  owner.publishFeed('vmapi', { head: 4, entries: [entry(4)] }); // late
  await until('the fifth entry', () => follower!.position === 5);
  expect(seen).toEqual(['1', '2', '3', '4', '5']);
});

it('reads more than one page', async () => {
  commit(
    Array.from({ length: 1_234 }, (_, index) => entry(index + 1)),
    true,
  );
  await follow(0).caughtUp;
  expect(seen).toHaveLength(1_234);
  expect(reads).toBe(3);
});

it('drops a version that is older than one seen', async () => {
  await follow(0).caughtUp;
  commit([entry(1, 'a', 2), entry(2, 'a', 1), entry(3, 'b', 1), entry(4, 'a', 3)]);
  await until('the fourth entry', () => follower!.position === 4);
  expect(seen).toEqual(['1', '3', '4']);
});

it('hands it over all the same to who wants each change', async () => {
  await follow(0, undefined, true).caughtUp;
  commit([entry(1, 'a', 2), entry(2, 'a', 1), entry(3, 'a', 3)]);
  await until('the third entry', () => follower!.position === 3);
  expect(seen).toEqual(['1', '2', '3']);
});

it('hands an entry over again when working it in failed', async () => {
  let fail = true;
  const following = follow(0, ({ seq }) => {
    if (seq === 2 && fail) {
      fail = false;
      throw new Error('the database is away');
    }
  });
  await following.caughtUp;
  commit([entry(1), entry(2), entry(3)]);
  await until('the third entry', () => following.position === 3);
  expect(seen).toEqual(['1', '2', '3']);
});

it('misses nothing over a restart of the server', async () => {
  await follow(0).caughtUp;
  commit([entry(1)]);
  await until('the first entry', () => follower!.position === 1);
  await nats.kill();
  await until('the break is noticed', () => owner.status.state === 'reconnecting');
  commit([entry(2), entry(3)]); // published into the void
  await nats.start();
  await until('the third entry', () => follower!.position === 3);
  expect(seen).toEqual(['1', '2', '3']);
});
