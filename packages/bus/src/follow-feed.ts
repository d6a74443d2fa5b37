import { readFeed, type Caller, type FeedBatch, type FeedEntry, type FeedOwner } from '@nereid/contracts';
import { SystemClock, type Clock } from '@nereid/ports';
import type { Bus } from './bus';
import { HighestVersions } from './highest-versions';
import { stderrLog, type BusLog } from './hooks';

export interface FollowOptions {
  /** The last seq already worked in. Undefined: begin with `onResync` at the feed's head. */
  readonly after: number | undefined;
  /**
   * Called one at a time, in the feed's order, with nothing missing and no object going backwards (see `isEveryChange`). Called again when
   * it throws.
   */
  readonly onEntry: (entry: FeedEntry) => Promise<void> | void;
  /**
   * What is missing is older than the feed keeps: read the objects themselves. Entries after `head` follow; what happened while
   * reading comes again, and an object's highest version wins. Called again when it throws.
   */
  readonly onResync: (head: number) => Promise<void> | void;
  /** Also entries of an older version than one before: for who wants to know of each change, and reads the object itself. */
  readonly isEveryChange?: boolean;
  readonly caller: Caller;
  readonly clock?: Clock;
  readonly log?: BusLog;
}

export interface FeedFollower {
  /** The seq of the last entry worked in. */
  readonly position: number | undefined;
  /** Resolves when the feed's head, as it was at the start, has been worked in. */
  readonly caughtUp: Promise<void>;
  close(): Promise<void>;
}

/** The relay repeats its head each second; after this long without a word the feed is read unasked. */
const silenceMs = 5_000;
const readLimit = 500;

/** Follows the feed of `owner` without gaps for as long as it is not closed. */
export function followFeed(bus: Bus, owner: FeedOwner, options: FollowOptions): FeedFollower {
  return new Follower(bus, owner, options);
}

class Follower implements FeedFollower {
  position: number | undefined;
  readonly caughtUp: Promise<void>;
  private reportCaughtUp: () => void = () => undefined;
  private readonly versions = new HighestVersions();
  private readonly clock: Clock;
  private readonly log: BusLog;
  private readonly stopping = new AbortController();
  private readonly stops: (() => unknown)[] = [];
  /** Batches heard and not yet looked at. Bounded: what is dropped here is a gap like any other. */
  private heard: FeedBatch[] = [];
  private mustRead = true;
  private running: Promise<void> | undefined;
  private heardAtMs: number;

  constructor(
    private readonly bus: Bus,
    private readonly owner: FeedOwner,
    private readonly options: FollowOptions,
  ) {
    this.clock = options.clock ?? new SystemClock();
    this.log = options.log ?? stderrLog;
    this.position = options.after;
    this.heardAtMs = this.clock.monotonicMs();
    this.caughtUp = new Promise((resolve) => (this.reportCaughtUp = resolve));
    this.stops.push(
      bus.onFeed(owner, (batch) => this.hear(batch)),
      bus.onReconnect(() => this.readSoon()),
      this.clock.every(silenceMs, () => {
        if (this.clock.monotonicMs() - this.heardAtMs >= silenceMs) this.readSoon();
      }),
    );
    this.start();
  }

  async close(): Promise<void> {
    this.stopping.abort(new Error('the follower is closed'));
    await Promise.all(this.stops.splice(0).map((stop) => stop()));
    await this.running;
  }

  private hear(batch: FeedBatch): void {
    this.heardAtMs = this.clock.monotonicMs();
    if (this.heard.length >= 100) this.heard.shift();
    this.heard.push(batch);
    this.start();
  }

  private readSoon(): void {
    this.mustRead = true;
    this.start();
  }

  private start(): void {
    if (this.stopping.signal.aborted) return;
    this.running ??= this.work().finally(() => {
      this.running = undefined;
      if (this.mustRead || this.heard.length > 0) this.start();
    });
  }

  private async work(): Promise<void> {
    while ((this.mustRead || this.heard.length > 0) && !this.stopping.signal.aborted) {
      try {
        if (this.mustRead) await this.readOn();
        else await this.apply(this.heard.shift()!);
      } catch (err) {
        if (this.stopping.signal.aborted) return;
        this.log.warn({ owner: this.owner, position: this.position, err }, 'following a feed failed, trying again');
        this.mustRead = true;
        await this.clock.sleep(1_000, this.stopping.signal).catch(() => undefined);
      }
    }
  }

  private async apply(batch: FeedBatch): Promise<void> {
    for (const entry of batch.entries) {
      if (entry.seq <= this.position!) continue;
      if (entry.seq !== this.position! + 1) break;
      await this.take(entry);
    }
    if (batch.head > this.position!) this.mustRead = true;
  }

  /** Reads from the position until the head. `mustRead` falls first, so that a word heard meanwhile raises it again. */
  private async readOn(): Promise<void> {
    this.mustRead = false;
    const rpc = readFeed[this.owner];
    for (;;) {
      const after = this.position;
      const page = await this.bus.call(rpc, { after: after ?? 0, limit: after === undefined ? 1 : readLimit }, this.options.caller, {
        signal: this.stopping.signal,
      });
      if (after === undefined || page.resync) {
        await this.options.onResync(page.head);
        this.versions.forget();
        this.position = page.head;
      } else {
        for (const entry of page.entries) if (entry.seq === this.position! + 1) await this.take(entry);
      }
      if (this.position! >= page.head) break;
      if (this.position === after) throw new Error(`the feed of ${this.owner} has head ${page.head} but no entry after ${after}`);
    }
    this.reportCaughtUp();
  }

  private async take(entry: FeedEntry): Promise<void> {
    this.stopping.signal.throwIfAborted();
    if (this.versions.isNewer(entry.resourceId, entry.version) || this.options.isEveryChange) {
      try {
        await this.options.onEntry(entry);
      } catch (err) {
        this.versions.forget(); // it was not worked in: it must not look old when it comes again
        throw err;
      }
    }
    this.position = entry.seq;
  }
}
