/**
 * The one layout of every histogram, at its source, on the bus, in memory and on the screen, so that all of them merge by plain addition.
 * Values are whole numbers ≥ 0 in base units (ns, bytes, count). 0 to 15 are exact; above, each power of two has 16 equal buckets:
 * `16·(e−3) + next four bits`, e = floor(log2 value). A bucket is 6.25 % of its value wide at most; ranges are half-open.
 */
export const bucketsPerOctave = 16;

/** Highest bucket: that of the largest whole number that JavaScript holds exactly. */
export const lastBucket = bucketsPerOctave * (52 - 3) + 15;

/** Counts by bucket, ascending, without zeros. */
export type Distribution = readonly (readonly [bucket: number, count: number])[];

/** The bucket of a value; fractions are cut, what is below 0 counts as 0. */
export function bucketOf(value: number): number {
  const whole = Math.min(Math.max(0, Math.floor(value)), Number.MAX_SAFE_INTEGER);
  if (whole < bucketsPerOctave) return whole;
  const exponent = exponentOf(whole);
  return bucketsPerOctave * (exponent - 3) + (Math.floor(whole / 2 ** (exponent - 4)) - bucketsPerOctave);
}

/** The lowest value of a bucket; `bucketLow(bucket + 1)` is where it ends. */
export function bucketLow(bucket: number): number {
  if (bucket < bucketsPerOctave) return bucket;
  const exponent = Math.floor(bucket / bucketsPerOctave) + 3;
  return (bucketsPerOctave + (bucket % bucketsPerOctave)) * 2 ** (exponent - 4);
}

/** A histogram that is being added to. */
export class Histogram {
  private readonly counts = new Map<number, number>();
  count = 0;

  static of(distribution: Distribution): Histogram {
    const made = new Histogram();
    made.merge(distribution);
    return made;
  }

  add(value: number, times = 1): void {
    this.addToBucket(bucketOf(value), times);
  }

  addToBucket(bucket: number, times: number): void {
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + times);
    this.count += times;
  }

  merge(other: Distribution): void {
    for (const [bucket, count] of other) this.addToBucket(bucket, count);
  }

  get distribution(): Distribution {
    return [...this.counts].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  }
}

export function totalOf(distribution: Distribution): number {
  return distribution.reduce((sum, [, count]) => sum + count, 0);
}

/** The value below which `fraction` of the counts lie, taking each bucket as evenly filled; undefined of nothing. */
export function quantileOf(distribution: Distribution, fraction: number): number | undefined {
  const wanted = totalOf(distribution) * fraction;
  let before = 0;
  for (const [bucket, count] of distribution) {
    if (before + count >= wanted && count > 0) {
      const low = bucketLow(bucket);
      return low + ((wanted - before) / count) * (bucketLow(bucket + 1) - low);
    }
    before += count;
  }
  return undefined;
}

/** floor(log2), exact for every whole number that a double holds; `Math.log2` alone is off by one near some powers. */
function exponentOf(whole: number): number {
  const high = Math.floor(whole / 2 ** 32);
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(whole);
}
