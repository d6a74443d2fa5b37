import { endOf, hasFigures, joined, lastHeard, minutesOf, newest, samplesOf, type Samples } from './samples';

const seconds = (start: number, ...cpu: (number | null)[]): Samples => ({ start, stepSeconds: 1, values: { cpu } });

describe('samples', () => {
  it('go on where the last ones ended, and keep the newest', () => {
    const both = joined(seconds(10, 1, 2, 3), seconds(13, 4, 5), 4);
    expect(both).toEqual(seconds(11, 2, 3, 4, 5));
    expect(endOf(both)).toBe(15);
  });

  it('show what was missed as a gap, and do not lose what only the older ones have', () => {
    expect(joined(seconds(10, 1), seconds(13, 4), 10)).toEqual(seconds(10, 1, null, null, 4));
    expect(joined(seconds(10, 1, 2), seconds(11, null, 3), 10)).toEqual(seconds(10, 1, 2, 3));
  });

  it('fill a range of which only the end is known', () => {
    expect(newest(seconds(10, 1, 2), 4)).toEqual(seconds(8, null, null, 1, 2));
    expect(newest(seconds(10, 1, 2, 3), 2)).toEqual(seconds(11, 2, 3));
  });

  it('become minutes: whole ones, and the one that runs so far', () => {
    const cpu = Array.from({ length: 100 }, (_, n): number | null => (n < 30 ? 1000 : n < 60 ? 2 : n < 90 ? 4 : null));
    expect(minutesOf({ start: 30, stepSeconds: 1, values: { cpu } })).toEqual({ start: 60, stepSeconds: 60, values: { cpu: [3, null] } });
    expect(minutesOf(seconds(61, 1, 2)).values).toEqual({ cpu: [] });
  });

  it('tell whether and until when anything was heard', () => {
    const reply = { start: 5, stepSeconds: 1, series: { cpu: { values: [null, 2, null] }, load: { values: [null, null, null] } } };
    expect(lastHeard(samplesOf(reply))).toBe(6);
    expect(hasFigures(samplesOf(reply))).toBe(true);
    expect(lastHeard(seconds(5, null))).toBeUndefined();
    expect(hasFigures(seconds(5, null))).toBe(false);
  });
});
