import type { Clock } from '@nereid/ports';

/**
 * Answers of other services kept for a short while: dropped by hints, and by age when a hint was lost. Concurrent askers of one key
 * share one call. Failures are not kept.
 */
export class Kept<Value> {
  private readonly entries = new Map<string, { value: Promise<Value>; at: number }>();
  private generation = 0;

  constructor(
    private readonly clock: Clock,
    private readonly maxAgeMs: number,
    private readonly maxEntries = 5_000,
  ) {}

  get(key: string, ask: () => Promise<Value>): Promise<Value> {
    const kept = this.entries.get(key);
    if (kept && this.clock.monotonicMs() - kept.at < this.maxAgeMs) return kept.value;
    const entry = { value: ask(), at: this.clock.monotonicMs() };
    this.entries.delete(key);
    this.entries.set(key, entry);
    const asked = this.generation;
    const forget = (): void => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    };
    // An answer that was under way when a hint came may be from before the change.
    entry.value.then(() => this.generation !== asked && forget(), forget);
    if (this.entries.size > this.maxEntries) this.entries.delete(this.entries.keys().next().value!);
    return entry.value;
  }

  clear(): void {
    this.generation++;
    this.entries.clear();
  }
}
