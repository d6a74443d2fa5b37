import { coalesce } from './coalesce';
import { Throttle } from './throttle';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('hands on the first change at once, and what follows in one piece', () => {
  const taken: number[][] = [];
  const give = coalesce<number>({ short: 50, long: 250 }, (items) => taken.push(items));
  give([1]);
  expect(taken).toEqual([[1]]);
  give([2]);
  give([3, 4]);
  expect(taken).toEqual([[1]]);
  jest.advanceTimersByTime(50);
  expect(taken).toEqual([[1], [2, 3, 4]]);
  jest.advanceTimersByTime(1000);
  give([5]);
  expect(taken).toEqual([[1], [2, 3, 4], [5]]);
});

it('waits longer after many', () => {
  const taken: number[] = [];
  const give = coalesce<number>({ short: 50, long: 250 }, (items) => taken.push(items.length));
  give(Array.from({ length: 21 }, (_, n) => n));
  give([1]);
  jest.advanceTimersByTime(249);
  expect(taken).toEqual([21]);
  jest.advanceTimersByTime(1);
  expect(taken).toEqual([21, 1]);
});

it('asks for a thing once a second at most, and once more for what came meanwhile', () => {
  const throttle = new Throttle(1000);
  let times = 0;
  for (let i = 0; i < 50; i++) throttle.run('servers', () => times++);
  expect(times).toBe(1);
  jest.advanceTimersByTime(1000);
  expect(times).toBe(2);
  jest.advanceTimersByTime(10_000);
  expect(times).toBe(2);
});
