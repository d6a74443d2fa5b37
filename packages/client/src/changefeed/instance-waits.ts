import type { Clock } from '@nereid/ports/clock';
import type { Changefeed, ChangefeedListener } from './changefeed';

type Feed = Pick<Changefeed, 'watch' | 'close'>;

export interface InstanceWaitsPorts {
  readonly clock: Clock;
  /** Opens the changefeed; the first wait that does not end at once does so. What it needs should be loaded here. */
  readonly open: (listener: ChangefeedListener, vms: readonly string[] | undefined) => Promise<Feed>;
  /** How long to pause between two questions where there is no changefeed, ms: growing from the first to the longest. */
  readonly pauses: { readonly firstMs: number; readonly longestMs: number };
}

export interface InstanceWait<T> {
  /** Of the instance. */
  readonly id: string;
  readonly ask: () => Promise<T>;
  readonly isDone: (answer: T) => boolean;
  /** Ends the wait; its reason is thrown. */
  readonly signal: AbortSignal;
}

/**
 * How often it is asked besides: what changes without a change of the instance is not told, as when its server falls silent.
 */
const besidesMs = 30_000;
/** Ids that one subscription may name; of more all of the account are heard. */
const mostNamed = 1_000;

/**
 * Waits for instances to become as wanted. It is asked at first, then when the changefeed tells of a change, and when the changefeed has begun anew;
 * from time to time only where the door gives none. One changefeed serves all waits. Close it.
 */
export class InstanceWaits {
  private readonly waiters = new Map<string, Set<Waiter>>();
  private feed: Promise<Feed | undefined> | undefined;
  /** What the last subscription named, and what the one that holds does. */
  private asked: ReadonlySet<string> = new Set();
  private live: ReadonlySet<string> = new Set();
  private isRefused = false;
  private isAskingSoon = false;

  constructor(private readonly ports: InstanceWaitsPorts) {}

  /** Resolves with the first answer that is right. @throws what `ask` throws @throws the signal's reason */
  async until<T>({ id, ask, isDone, signal }: InstanceWait<T>): Promise<T> {
    signal.throwIfAborted();
    // Heard from before it is asked: what changes in between is not missed.
    const waiter = this.enter(id);
    try {
      for (;;) {
        const answer = await ask();
        if (isDone(answer)) return answer;
        signal.throwIfAborted();
        this.mustHear(id);
        await waiter.next(this.ports.clock, this.pauseMs(waiter, id), signal);
      }
    } finally {
      this.leave(id, waiter);
    }
  }

  async close(): Promise<void> {
    this.isRefused = true;
    const feed = await this.feed?.catch(() => undefined);
    feed?.close();
  }

  private pauseMs(waiter: Waiter, id: string): number {
    const { firstMs, longestMs } = this.ports.pauses;
    if (this.live.has(id)) return besidesMs;
    return this.isRefused ? Math.min(firstMs * 2 ** waiter.pauses++, longestMs) : longestMs;
  }

  private enter(id: string): Waiter {
    const waiter = new Waiter();
    this.waiters.set(id, (this.waiters.get(id) ?? new Set()).add(waiter));
    return waiter;
  }

  private leave(id: string, waiter: Waiter): void {
    const waiters = this.waiters.get(id);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.waiters.delete(id);
  }

  /** What begins together is subscribed to together. */
  private mustHear(id: string): void {
    if (this.isRefused || this.isAskingSoon || this.asked.has(id)) return;
    this.isAskingSoon = true;
    queueMicrotask(() => void this.subscribe());
  }

  private async subscribe(): Promise<void> {
    this.feed ??= this.open();
    const feed = await this.feed;
    this.isAskingSoon = false;
    const ids = [...this.waiters.keys()];
    if (ids.every((id) => this.asked.has(id))) return;
    this.asked = new Set(ids);
    // What the subscription to come leaves out is not heard of from then on.
    this.live = new Set(ids.filter((id) => this.live.has(id)));
    feed?.watch(this.named());
  }

  private open(): Promise<Feed | undefined> {
    this.asked = new Set(this.waiters.keys());
    return this.ports.open(this.listener, this.named()).catch(() => this.refused());
  }

  private named(): readonly string[] | undefined {
    return this.asked.size > mostNamed ? undefined : [...this.asked];
  }

  private readonly listener: ChangefeedListener = {
    onLive: () => {
      const before = this.live;
      this.live = this.asked;
      this.wake((id) => !before.has(id));
    },
    onMessage: ({ changedResourceId }) => this.wake((id) => id === changedResourceId),
    onInterrupted: () => void (this.live = new Set()),
    onRefused: () => this.refused(),
  };

  private refused(): undefined {
    this.isRefused = true;
    this.live = new Set();
    this.wake(() => true);
  }

  private wake(which: (id: string) => boolean): void {
    for (const [id, waiters] of this.waiters) if (which(id)) for (const waiter of waiters) waiter.hear();
  }
}

/** One who waits for word. */
class Waiter {
  /** Pauses made where there is no changefeed. */
  pauses = 0;
  private hasHeard = false;
  private word: AbortController | undefined;

  hear(): void {
    this.hasHeard = true;
    this.word?.abort();
  }

  /** Resolves at the first word since the last call, and after `ms` at the latest. @throws the signal's reason */
  async next(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    if (!this.hasHeard) {
      this.word = new AbortController();
      await clock.sleep(ms, AbortSignal.any([this.word.signal, signal])).catch(() => undefined);
      this.word = undefined;
    }
    this.hasHeard = false;
    signal.throwIfAborted();
  }
}
