import type { FeedBatch } from '@nereid/contracts';
import { SystemClock, type Clock } from '@nereid/ports';
import type { OwnerPool, Sql } from '../owner-pool';
import { sealNextAudit } from './audit-seal';
import { hasWaitingRows, numberNextRows, prune, readCursor, type RelayCursor } from './feed.repository';

export interface RelayOptions {
  readonly clock?: Clock;
  /** Told of what went wrong; the relay goes on by itself. */
  readonly onError?: (error: unknown) => void;
  /**
   * Called after a commit here while another process holds the relay: that one should be told (a bus hint that ends in its
   * {@link Relay.wake}). Without it the other process notices within a second.
   */
  readonly onCommitWhileFollowing?: () => void;
}

const batchSize = 500;
const headEveryMs = 1_000;
const pruneEveryMs = 60_000;
/** Between two batches, so that a burst of commits becomes few batches: hints are for speed, the feed for completeness. */
const gatherMs = 50;

/**
 * Turns an owner's outbox into its feed: numbers rows in the order of commits, then publishes them, and repeats the head each
 * second. Also seals the audit and deletes what is past its time.
 *
 * Any number of processes may start one; a session lock in the database lets one of them work. It is woken by commits of its own
 * process; the look each second finds what others wrote. Publishing comes after the commit of the numbers: when it fails or the
 * process dies in between, the repeated head shows the subscribers their gap, and they read it from the table.
 */
export class Relay {
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #leading = false;
  #wakeUp: (() => void) | undefined;
  #awake = false;
  #head = 0;

  constructor(
    private readonly pool: OwnerPool,
    private readonly publish: (batch: FeedBatch) => void | Promise<void>,
    private readonly options: RelayOptions = {},
  ) {
    this.#clock = options.clock ?? new SystemClock();
  }

  /** Whether this process is the one that publishes. */
  get isLeading(): boolean {
    return this.#leading;
  }

  /** The newest seq this relay has numbered. */
  get head(): number {
    return this.#head;
  }

  start(): void {
    if (this.#running) return;
    const stopListening = this.pool.onOutboxCommit(() => {
      if (this.#leading) this.wake();
      else this.options.onCommitWhileFollowing?.();
    });
    this.#running = this.#runUntilStopped().finally(stopListening);
  }

  /** Looks at the outbox now. */
  wake(): void {
    this.#awake = true;
    this.#wakeUp?.();
  }

  /** Ends after the batch in hand. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('relay stopped'));
    this.wake();
    await this.#running;
  }

  async #runUntilStopped(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#leadOnce();
      } catch (error) {
        if (!this.#stop.signal.aborted) this.options.onError?.(error);
      }
      this.#leading = false;
      if (!this.#stop.signal.aborted) await this.#pause(headEveryMs);
    }
  }

  /** Takes the lock and works until stopped or the connection is lost; returns at once when another process has the lock. */
  async #leadOnce(): Promise<void> {
    const { owner } = this.pool;
    const connection = await this.pool.connection();
    try {
      const isMine = await connection.sql.one(
        `SELECT pg_try_advisory_lock(hashtext('nereid relay'), hashtext($1)) AS mine`,
        [owner],
        (row) => row.mine as boolean,
      );
      if (!isMine) return;
      this.#leading = true;
      await this.#work(connection.sql);
    } finally {
      connection.release(true); // the session's lock ends with it
    }
  }

  async #work(sql: Sql): Promise<void> {
    let cursor = await readCursor(sql, this.pool.owner);
    this.#head = cursor.seq;
    let headAt = -Infinity;
    let pruneAt = this.#clock.monotonicMs() + pruneEveryMs;
    let backOffMs = gatherMs;
    while (!this.#stop.signal.aborted) {
      this.#awake = false;
      const before = cursor;
      cursor = await this.#drain(sql, cursor);
      const now = this.#clock.monotonicMs();
      if (cursor.seq !== before.seq) headAt = now;
      if (now - headAt >= headEveryMs) {
        await this.#publish({ head: cursor.seq, entries: [] });
        headAt = now;
      }
      if (now >= pruneAt) {
        await prune(sql, this.pool.owner);
        pruneAt = now + pruneEveryMs;
      }
      // Rows kept back by a transaction that still runs: nobody will wake us when that one ends.
      const isHeldBack = await hasWaitingRows(sql, this.pool.owner, cursor);
      backOffMs = isHeldBack ? Math.min(backOffMs * 2, headEveryMs) : gatherMs;
      if (isHeldBack) await this.#clock.sleep(backOffMs, this.#stop.signal).catch(() => undefined);
      else await this.#pause(Math.max(1, headAt + headEveryMs - this.#clock.monotonicMs()));
    }
  }

  async #drain(sql: Sql, start: RelayCursor): Promise<RelayCursor> {
    const { owner } = this.pool;
    let cursor = start;
    for (;;) {
      const numbered = await numberNextRows(sql, owner, cursor, batchSize);
      cursor = numbered.cursor;
      this.#head = cursor.seq;
      if (numbered.entries.length > 0) await this.#publish({ head: cursor.seq, entries: numbered.entries });
      const sealed = await sealNextAudit(sql, owner, cursor, batchSize);
      const isDone = numbered.entries.length < batchSize && sealed.auditSeq - cursor.auditSeq < batchSize;
      cursor = sealed;
      if (isDone || this.#stop.signal.aborted) return cursor;
    }
  }

  /** A bus that is down is no reason to stop numbering: the repeated head makes up for it. */
  async #publish(batch: FeedBatch): Promise<void> {
    try {
      await this.publish(batch);
    } catch (error) {
      this.options.onError?.(error);
    }
  }

  /** Until woken or `ms` have gone; then a moment longer, so that what comes together goes together. */
  async #pause(ms: number): Promise<void> {
    if (!this.#awake) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(ms, resolve);
        this.#wakeUp = () => {
          cancel();
          resolve();
        };
      });
      this.#wakeUp = undefined;
    }
    if (this.#awake && !this.#stop.signal.aborted) await this.#clock.sleep(gatherMs, this.#stop.signal).catch(() => undefined);
  }
}
