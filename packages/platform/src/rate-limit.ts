import { ServiceError } from '@nereid/contracts';
import type { Clock } from '@nereid/ports';

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * Token buckets by key (an account, an address): `perSecond` on average, `burst` at once. Memory is bounded: beyond `maxKeys` the
 * keys longest unused are forgotten, which favours them.
 */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Clock,
    private readonly limit: { perSecond: number; burst: number; maxKeys?: number },
  ) {}

  /** Milliseconds until the key may go on; 0 when it may now, which takes one token. */
  take(key: string): number {
    const nowMs = this.clock.monotonicMs();
    const { perSecond, burst } = this.limit;
    const bucket = this.buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1_000) * perSecond);
    bucket.atMs = nowMs;
    this.buckets.delete(key); // set again: the map's order is that of the last use
    this.buckets.set(key, bucket);
    if (this.buckets.size > (this.limit.maxKeys ?? 10_000)) this.buckets.delete(this.buckets.keys().next().value!);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / perSecond) * 1_000);
    bucket.tokens -= 1;
    return 0;
  }

  /** @throws TooManyRequests with `context.retryAfterMs` */
  mustAllow(key: string): void {
    const retryAfterMs = this.take(key);
    if (retryAfterMs > 0) throw new ServiceError('TooManyRequests', 'Too many requests; slow down.', { context: { retryAfterMs } });
  }
}
