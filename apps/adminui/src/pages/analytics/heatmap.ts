import { bucketLow } from '@nereid/contracts/light';

/** A column of what was measured, as the API says it. */
export interface Column {
  readonly second: number;
  readonly reporting: number;
  readonly cells: readonly {
    readonly key: string;
    readonly count: number;
    readonly distribution?: readonly (readonly [number, number])[];
  }[];
}

/** Which keys are drawn: all; all, some of them marked; these alone; all but these. */
export type Choice = 'all' | 'mark' | 'isolate' | 'exclude';

export interface Grid {
  /** Lowest and highest bucket drawn; rows are buckets, so that nothing is resampled. */
  readonly low: number;
  readonly high: number;
  /** By column, then by row from the lowest: how much, and how much of that is of marked keys. */
  readonly counts: readonly Float64Array[];
  readonly marked: readonly Float64Array[];
}

/** Counts by second and bucket. The range is that of what is drawn, a few rows at least. */
export function gridOf(columns: readonly Column[], keys: ReadonlySet<string>, choice: Choice): Grid {
  const isDrawn = (key: string): boolean => (choice === 'isolate' ? keys.has(key) : choice === 'exclude' ? !keys.has(key) : true);
  const drawn = columns.map(({ cells }) => cells.filter(({ key }) => isDrawn(key)));
  const buckets = drawn.flat().flatMap(({ distribution }) => (distribution ?? []).map(([bucket]) => bucket));
  let [low, high] = [Infinity, -Infinity];
  for (const bucket of buckets) {
    low = Math.min(low, bucket);
    high = Math.max(high, bucket);
  }
  if (buckets.length === 0) [low, high] = [160, 320];
  low = Math.max(0, low - 2);
  high = Math.max(high + 2, low + 15);
  const rows = high - low + 1;
  const counts = drawn.map(() => new Float64Array(rows));
  const marked = drawn.map(() => new Float64Array(rows));
  for (const [x, cells] of drawn.entries()) {
    for (const { key, distribution } of cells) {
      for (const [bucket, count] of distribution ?? []) {
        counts[x]![bucket - low]! += count;
        if (choice === 'mark' && keys.has(key)) marked[x]![bucket - low]! += count;
      }
    }
  }
  return { low, high, counts, marked };
}

/**
 * How strongly each count is drawn, 0 to 1: by its rank among all counts that are not nought, so that weak detail shows beside what is loud.
 * Equal counts are drawn alike.
 */
export function rankOf(grid: Grid): (count: number) => number {
  const distinct = [...new Set(grid.counts.flatMap((column) => [...column].filter((count) => count > 0)))].sort((a, b) => a - b);
  const ranks = new Map(distinct.map((count, n) => [count, (n + 1) / distinct.length]));
  return (count) => ranks.get(count) ?? 0;
}

/** Everything that is known of one place in the picture. */
export interface Place {
  readonly second: number;
  readonly bucket: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Part of its second that lies here, and up to here. */
  readonly share: number;
  readonly shareUpTo: number;
  readonly keys: readonly { readonly key: string; readonly count: number }[];
}

/** What lies at a column and row; undefined outside. */
export function placeAt(columns: readonly Column[], grid: Grid, x: number, row: number): Place | undefined {
  const [column, counts] = [columns[x], grid.counts[x]];
  if (!column || !counts || row < 0 || row >= counts.length) return undefined;
  const bucket = grid.low + row;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const upTo = counts.subarray(0, row + 1).reduce((sum, count) => sum + count, 0);
  const keys = column.cells
    .map(({ key, distribution }) => ({ key, count: distribution?.find(([at]) => at === bucket)?.[1] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const count = counts[row]!;
  const [share, shareUpTo] = total === 0 ? [0, 0] : [count / total, upTo / total];
  return { second: column.second, bucket, from: bucketLow(bucket), to: bucketLow(bucket + 1), count, share, shareUpTo, keys };
}

/** Sums over all columns, the largest first. */
export function totalsOf(columns: readonly Column[]): { key: string; count: number }[] {
  const totals = new Map<string, number>();
  for (const { cells } of columns) for (const { key, count } of cells) totals.set(key, (totals.get(key) ?? 0) + count);
  return [...totals].map(([key, count]) => ({ key, count })).sort((a, b) => b.count - a.count);
}

/** Columns that came, worked into those there are: no second twice, the newest `most` kept, gaps filled with columns that say nothing. */
export function withNewer(columns: readonly Column[], newer: readonly Column[], most: number): Column[] {
  const bySecond = new Map([...columns, ...newer].map((column) => [column.second, column]));
  const last = Math.max(...bySecond.keys());
  if (bySecond.size === 0) return [];
  return Array.from({ length: most }, (_, n) => {
    const second = last - most + 1 + n;
    return bySecond.get(second) ?? { second, reporting: 0, cells: [] };
  });
}
