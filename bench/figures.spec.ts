import { asTable, keepsTarget, percentile } from './figures';

describe('figures', () => {
  it('takes percentiles by nearest rank', () => {
    const samples = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([0.5, 0.99, 1].map((p) => percentile(samples, p))).toEqual([50, 99, 100]);
    expect(percentile([7], 0.5)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('says which targets are missed', () => {
    expect(keepsTarget({ name: 'x', value: 9, unit: 'ms', target: { atMost: 8 } })).toBe(false);
    expect(keepsTarget({ name: 'x', value: 9, unit: '/s', target: { atLeast: 8 } })).toBe(true);
    expect(keepsTarget({ name: 'x', value: Number.NaN, unit: 'ms', target: { atMost: 8 } })).toBe(false);
    const table = asTable([{ name: 'create p50', value: 9.123, unit: 'ms', target: { atMost: 8 } }]);
    expect(table).toBe('create p50  9.12 ms  ≤ 8  MISSED');
  });
});
