import type { Clock } from '@nereid/ports';

export interface Rate {
  /** How many requests may come at once. */
  readonly burst: number;
  readonly perSecond: number;
}

const capacity = 50_000;

/** A token bucket for each key. Full buckets are forgotten. */
export class TokenBuckets {
  private readonly buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(
    private readonly rate: Rate,
    private readonly clock: Clock,
  ) {}

  /** Seconds to wait; 0: go on. Takes nothing. */
  waitSeconds(key: string): number {
    const tokens = this.tokens(key, this.clock.monotonicMs());
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / this.rate.perSecond);
  }

  /** Takes one; false when none is left. */
  take(key: string): boolean {
    const nowMs = this.clock.monotonicMs();
    const tokens = this.tokens(key, nowMs);
    if (tokens < 1) return false;
    this.buckets.delete(key); // so that the map stays in the order of use
    this.buckets.set(key, { tokens: tokens - 1, atMs: nowMs });
    this.forgetFull(nowMs);
    return true;
  }

  private tokens(key: string, nowMs: number): number {
    const bucket = this.buckets.get(key);
    if (!bucket) return this.rate.burst;
    return Math.min(this.rate.burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * this.rate.perSecond);
  }

  private forgetFull(nowMs: number): void {
    for (const key of this.buckets.keys()) {
      if (this.buckets.size <= capacity && this.tokens(key, nowMs) < this.rate.burst) return;
      this.buckets.delete(key);
    }
  }
}
