import { byStep } from './rows';

describe('rows of figures', () => {
  it('are one a step, the newest first, with what was not heard', () => {
    expect(byStep({ start: 100, stepSeconds: 1, values: { cpu: [1, null, 3], memory: [7, 8, null] } }, 10)).toEqual([
      { at: 102, values: { cpu: 3, memory: null } },
      { at: 101, values: { cpu: null, memory: 8 } },
      { at: 100, values: { cpu: 1, memory: 7 } },
    ]);
  });

  it('are averages of as many steps as it takes, which begin at whole multiples', () => {
    const rows = byStep({ start: 103, stepSeconds: 1, values: { cpu: Array.from({ length: 20 }, (_, n) => n) } }, 4);
    expect(rows).toEqual([
      { at: 120, values: { cpu: 18 } },
      { at: 115, values: { cpu: 14 } },
      { at: 110, values: { cpu: 9 } },
      { at: 105, values: { cpu: 4 } },
      { at: 100, values: { cpu: 0.5 } },
    ]);
    expect(byStep({ start: 60, stepSeconds: 60, values: { cpu: [null, 2, null, null] } }, 2)).toEqual([
      { at: 240, values: { cpu: null } },
      { at: 120, values: { cpu: 2 } },
    ]);
  });

  it('are none of nothing', () => {
    expect(byStep({ start: 5, stepSeconds: 1, values: {} }, 4)).toEqual([]);
    expect(byStep({ start: 5, stepSeconds: 1, values: { cpu: [null, null] } }, 4)).toEqual([]);
  });
});
