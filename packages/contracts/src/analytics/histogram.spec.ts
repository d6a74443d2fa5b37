import { Histogram, bucketLow, bucketOf, lastBucket, quantileOf, totalOf } from './histogram';

describe('the histogram layout', () => {
  it('is exact below 16 and 6.25 % fine above, without gaps or overlaps', () => {
    for (let value = 0; value < 16; value++) expect(bucketOf(value)).toBe(value);
    for (let bucket = 0; bucket < lastBucket; bucket++) {
      const [low, end] = [bucketLow(bucket), bucketLow(bucket + 1)];
      expect([bucketOf(low), bucketOf(end - 1), bucketOf(end)]).toEqual([bucket, bucket, bucket + 1]);
      if (bucket >= 16) expect((end - low) / low).toBeLessThanOrEqual(1 / 16);
    }
  });

  it('holds every whole number, cuts fractions and takes what is below nought as nought', () => {
    expect(bucketOf(Number.MAX_SAFE_INTEGER)).toBe(lastBucket);
    expect(bucketOf(1e300)).toBe(lastBucket);
    expect(bucketOf(15.9)).toBe(15);
    expect(bucketOf(-3)).toBe(0);
  });

  it('merges in any order to the same', () => {
    const [a, b] = [new Histogram(), new Histogram()];
    for (let n = 0; n < 500; n++) (n % 3 ? a : b).add(n * n * 37);
    const [ab, ba] = [Histogram.of(a.distribution), Histogram.of(b.distribution)];
    ab.merge(b.distribution);
    ba.merge(a.distribution);
    expect(ab.distribution).toEqual(ba.distribution);
    expect(totalOf(ab.distribution)).toBe(500);
  });

  it('finds quantiles within a bucket of the truth', () => {
    const histogram = new Histogram();
    for (let n = 1; n <= 10_000; n++) histogram.add(n * 1_000);
    for (const fraction of [0.5, 0.9, 0.99]) {
      const found = quantileOf(histogram.distribution, fraction)!;
      expect(Math.abs(found / (fraction * 1e7) - 1)).toBeLessThan(0.07);
    }
    expect(quantileOf([], 0.5)).toBeUndefined();
  });
});
