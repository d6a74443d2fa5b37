import { Bus, followFeed, type FeedFollower } from '@nereid/bus';
import {
  RequestId,
  accountHint,
  feedOwners,
  imageHint,
  jobHint,
  networkHint,
  packageHint,
  readFeed,
  serverHint,
  vmHint,
  type Caller,
  type FeedEntry,
  type FeedOwner,
  type adminapi,
} from '@nereid/contracts';
import { CLOCK, IDS, LOG, type Log } from '@nereid/platform';
import type { Clock, Ids } from '@nereid/ports';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { toChange, told, type ToldChange } from './change';
import { RecentChanges } from './recent-changes';

export interface FeedsListener {
  onChange(told: ToldChange): void;
  /** Changes of this owner were missed for good. */
  onResync(owner: FeedOwner, head: number): void;
}

/** How far behind a client may be and still be told each change; beyond that reading the objects again is cheaper. */
const longestReplay = 10_000;
/** How long a client waits for an owner that does not answer. */
const patienceMs = 3_000;

/** The feeds and hints of all owners, followed once for all clients of this process. */
@Injectable()
export class ChangeFeeds implements OnModuleInit, OnModuleDestroy {
  private readonly recent = new Map(feedOwners.map((owner) => [owner, new RecentChanges(longestReplay)]));
  private readonly followers: FeedFollower[] = [];
  private readonly listeners = new Set<FeedsListener>();
  private readonly entryListeners = new Set<(owner: FeedOwner, entry: FeedEntry) => Promise<void>>();
  private readonly caller: Caller;

  constructor(
    private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
    @Inject(IDS) ids: Ids,
  ) {
    this.caller = { kind: 'service', service: 'adminapi', requestId: RequestId.parse(ids.random()) };
  }

  onModuleInit(): void {
    for (const owner of feedOwners) this.followers.push(this.follow(owner));
    const { bus } = this;
    const hinted = (change: Omit<adminapi.Change, 'event'>): void => this.tell(told({ event: 'changed', ...change }));
    bus.onHint(vmHint, ({ vm, state, version }) => hinted({ owner: 'vmapi', resource: 'vm', uuid: vm, state, version }));
    bus.onHint(jobHint, ({ job, vm, state }) => hinted({ owner: 'vmapi', resource: 'job', uuid: job, state, vm_uuid: vm }));
    bus.onHint(packageHint, (hint) => hinted({ owner: 'vmapi', resource: 'package', uuid: hint.package }));
    bus.onHint(serverHint, ({ server, state }) => hinted({ owner: 'cnapi', resource: 'server', uuid: server, state }));
    bus.onHint(networkHint, ({ network }) => hinted({ owner: 'napi', resource: 'network', uuid: network }));
    bus.onHint(imageHint, ({ image }) => hinted({ owner: 'imgapi', resource: 'image', uuid: image }));
    bus.onHint(accountHint, ({ account }) => hinted({ owner: 'identity', resource: 'account', uuid: account }));
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.followers.map((follower) => follower.close()));
  }

  /** Where each feed is that has been heard of. */
  heads(): Partial<Record<FeedOwner, number>> {
    return Object.fromEntries([...this.recent].flatMap(([owner, { position }]) => (position === undefined ? [] : [[owner, position]])));
  }

  /** Resolves when every feed has been heard of, or a moment later when an owner does not answer: its clients learn of it when it does. */
  async whenHeard(): Promise<void> {
    const stop = new AbortController();
    await Promise.race([
      Promise.all(this.followers.map(({ caughtUp }) => caughtUp)),
      this.clock.sleep(patienceMs, stop.signal).catch(() => undefined),
    ]);
    stop.abort();
  }

  /** The answer ends it. */
  listen(listener: FeedsListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls with each entry as the owner wrote it; the entry comes again when the promise is rejected. */
  onEntry(listener: (owner: FeedOwner, entry: FeedEntry) => Promise<void>): void {
    this.entryListeners.add(listener);
  }

  /** What came after `after`, and up to where; undefined when it is not to be had, or too much, and the objects must be read again. */
  async since(owner: FeedOwner, after: number): Promise<{ changes: ToldChange[]; upTo: number } | undefined> {
    const recent = this.recent.get(owner)!;
    const kept = recent.since(after);
    if (kept) return { changes: kept, upTo: recent.position! };
    const changes: ToldChange[] = [];
    for (let upTo = after; ;) {
      const page = await this.bus.call(readFeed[owner], { after: upTo, limit: 500 }, this.caller);
      if (page.resync || page.head - after > longestReplay) return undefined;
      for (const entry of page.entries) {
        const change = toChange(owner, entry);
        if (change) changes.push(told(change));
        upTo = entry.seq;
      }
      if (upTo >= page.head || page.entries.length === 0) return { changes, upTo };
    }
  }

  private follow(owner: FeedOwner): FeedFollower {
    const recent = this.recent.get(owner)!;
    return followFeed(this.bus, owner, {
      after: undefined,
      caller: this.caller,
      clock: this.clock,
      log: this.log,
      onResync: (head) => {
        const isFirst = recent.position === undefined;
        recent.restart(head);
        if (!isFirst) for (const listener of this.listeners) listener.onResync(owner, head);
      },
      onEntry: async (entry) => {
        for (const listener of this.entryListeners) await listener(owner, entry);
        const change = toChange(owner, entry);
        const made = change && told(change);
        recent.add(entry.seq, made);
        if (made) this.tell(made);
      },
    });
  }

  private tell(change: ToldChange): void {
    for (const listener of this.listeners) listener.onChange(change);
  }
}
