import type { Distribution, FrameCell, VmId } from '@nereid/contracts';
import { mapKeys, type Counted } from './program';
import type { Zones } from './zones';

/**
 * Reads what one instrumentation's map says each second. Maps only grow, so what happened is the difference to the time before: clearing them
 * in the program would lose what comes between the print and the clearing.
 */
export class CellReader {
  private before = new Map<string, number>();
  private readonly pending = new Map<string, number>();
  isFull = false;

  constructor(
    private readonly counted: Counted,
    private readonly zones: Zones,
  ) {}

  /** @param printed the map as bpftrace prints it: an object by key, or a number when it has no key */
  take(printed: Readonly<Record<string, number>> | number): void {
    const entries = typeof printed === 'number' ? [['', printed] as const] : Object.entries(printed);
    this.isFull = entries.length >= 0.95 * mapKeys;
    const now = new Map<string, number>();
    for (const [key, count] of entries) {
      // A text that the kernel had longer in its buffer comes as several keys that print alike.
      now.set(key, (now.get(key) ?? 0) + count);
    }
    for (const [key, count] of now) {
      const more = count - (this.before.get(key) ?? 0);
      if (more > 0) this.pending.set(key, (this.pending.get(key) ?? 0) + more);
    }
    this.before = now;
  }

  /** What happened since the last call. */
  drain(): FrameCell[] {
    const cells = new Map<string, { vm: VmId | undefined; key: string; count: number; buckets: [number, number][] }>();
    for (const [printed, count] of this.pending) {
      const { vm, bucket, key, isOurs } = this.parse(printed);
      if (!isOurs) continue;
      const name = `${vm} ${key}`;
      const cell = cells.get(name) ?? { vm, key, count: 0, buckets: [] };
      cells.set(name, cell);
      cell.count += count;
      if (bucket !== undefined) cell.buckets.push([bucket, count]);
    }
    this.pending.clear();
    return [...cells.values()].map(({ vm, key, count, buckets }) => ({
      vm,
      key,
      count,
      ...(this.counted.hasBuckets && { distribution: merged(buckets) }),
    }));
  }

  /** Parts of a key are joined by commas; only the last, a text, may have one in it. */
  private parse(printed: string): { vm: VmId | undefined; bucket: number | undefined; key: string; isOurs: boolean } {
    const { hasZone, hasBuckets, shown, confinedTo } = this.counted;
    const parts = printed.split(',');
    const vm = hasZone ? this.zones.get(parts.shift()!) : undefined;
    const bucket = hasBuckets ? Number(parts.shift()) : undefined;
    const key = shown ? shown(parts.join(',')) : '';
    const isOurs = !hasZone || (vm !== undefined && (confinedTo?.has(vm) ?? true));
    return { vm, bucket, key, isOurs };
  }
}

function merged(buckets: readonly [number, number][]): Distribution {
  const sums = new Map<number, number>();
  for (const [bucket, count] of buckets) sums.set(bucket, (sums.get(bucket) ?? 0) + count);
  return [...sums].sort(([a], [b]) => a - b);
}
