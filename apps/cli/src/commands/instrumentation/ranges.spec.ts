import { quantile, shownTime } from './ranges';

describe('ranges', () => {
  it('have quantiles between the ends of the range that holds them', () => {
    const ranges = [[[0, 10], 8], [[100, 200], 2]] as const; // prettier-ignore
    expect(quantile(ranges, 0.5)).toBe(6.25);
    expect(quantile(ranges, 0.9)).toBe(150);
    expect(quantile(ranges, 1)).toBe(200);
    expect(quantile([], 0.5)).toBeUndefined();
  });

  it('are shown in the unit that fits', () => {
    expect([0, 999, 1_000, 1_500_000, 61e9].map(shownTime)).toEqual(['0ns', '999ns', '1µs', '1.5ms', '61s']);
    expect(shownTime(undefined)).toBe('');
  });
});
