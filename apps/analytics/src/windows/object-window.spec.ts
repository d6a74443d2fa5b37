import { instanceSeries, windowSeconds, type Figures } from '@nereid/contracts';
import { ObjectWindow } from './object-window';

const at = (name: string): number => instanceSeries.findIndex((series) => series.name === name);
const figures = (cpuMs: number, memory: number): Figures => {
  const made: (number | undefined)[] = instanceSeries.map(() => undefined);
  made[at('cpuPercent')] = cpuMs;
  made[at('memoryBytes')] = memory;
  return made;
};

describe('the window of an object', () => {
  let window: ObjectWindow;
  beforeEach(() => (window = new ObjectWindow(instanceSeries)));
  const cpu = (start: number, seconds: number) => window.read(at('cpuPercent'), start, seconds);
  const memory = (start: number, seconds: number) => window.read(at('memoryBytes'), start, seconds);

  it('shows a counter as its growth a second, a gauge as it is, and nothing where nothing was heard', () => {
    window.add(1000, figures(0, 10));
    window.add(1001, figures(500, 20));
    expect(cpu(999, 4)).toEqual([null, null, 50, null]);
    expect(memory(999, 4)).toEqual([null, 10, 20, null]);
    expect(window.read(at('diskUsedBytes'), 1000, 2)).toEqual([null, null]);
  });

  it('spreads what grew while frames were lost, but not over a long silence', () => {
    window.add(1000, figures(0, 1));
    window.add(1004, figures(400, 2));
    expect(cpu(1000, 5)).toEqual([null, 10, 10, 10, 10]);
    expect(memory(1000, 5)).toEqual([1, null, null, null, 2]);
    window.add(1064, figures(6_400, 2));
    expect(cpu(1062, 3)).toEqual([null, null, 10]);
  });

  it('takes a counter that fell as one that began anew', () => {
    window.add(1000, figures(9_000, 1));
    window.add(1001, figures(20, 1));
    window.add(1002, figures(120, 1));
    expect(cpu(1000, 3)).toEqual([null, null, 10]);
  });

  it('forgets what is older than the window, also when seconds were skipped', () => {
    for (let second = 1000; second < 1000 + 2 * windowSeconds; second++) window.add(second, figures(second, second));
    expect(memory(999 + windowSeconds, 2)).toEqual([null, 1000 + windowSeconds]);
    const later = 1000 + 4 * windowSeconds;
    window.add(later, figures(1, 5));
    expect(memory(later - windowSeconds + 1, windowSeconds)).toEqual([...Array<null>(windowSeconds - 1).fill(null), 5]);
    expect(window.add(1000, figures(1, 1))).toBeUndefined();
    expect(memory(1000, 1)).toEqual([null]);
  });

  it('hands out each minute once, with average and highest', () => {
    const minutes = [];
    for (let second = 1200; second <= 1320; second++) minutes.push(window.add(second, figures(second * 100, second)) ?? []);
    const [first, second, ...more] = minutes.flat();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ start: 1200 });
    expect(first!.average[at('memoryBytes')]).toBe(1229.5);
    expect(first!.highest[at('memoryBytes')]).toBe(1259);
    expect(first!.average[at('cpuPercent')]).toBeCloseTo(10);
    expect(first!.average[at('diskUsedBytes')]).toBeNull();
    expect(second).toMatchObject({ start: 1260 });
  });
});
