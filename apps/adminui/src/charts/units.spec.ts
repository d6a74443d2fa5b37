import { percent, rate, scaleOf, size } from './units';

it('writes figures with their units', () => {
  expect([percent.write(12.34), size.write(3 * 1024 * 1024), rate.write(1536)]).toEqual(['12.3 %', '3 MiB', '1.5 KiB/s']);
  expect(rate.write(0.4)).toBe('0 B/s');
});

it('ends scales at round numbers that hold everything', () => {
  expect([0, 9, 10, 11, 35, 100, 101].map((most) => scaleOf(percent, most)[1])).toEqual([10, 10, 10, 20, 40, 100, 200]);
  const mib = 1024 * 1024;
  expect([0, 1025, 64 * mib, 65 * mib].map((most) => scaleOf(size, most)[1])).toEqual([1024, 2048, 64 * mib, 128 * mib]);
});
