import { SteppedClock } from '@nereid/ports/fake';
import { RateLimit } from './rate-limit';

it('lets a burst through, then so many a second, each key by itself', async () => {
  const clock = new SteppedClock();
  const limit = new RateLimit(clock, { perSecond: 2, burst: 3 });
  expect([1, 2, 3, 4].map(() => limit.take('a'))).toEqual([0, 0, 0, 500]);
  expect(limit.take('b')).toBe(0);
  await clock.advance(500);
  expect(limit.take('a')).toBe(0);
  expect(() => limit.mustAllow('a')).toThrow(expect.objectContaining({ code: 'TooManyRequests' }));
});

it('holds a bounded number of keys', () => {
  const limit = new RateLimit(new SteppedClock(), { perSecond: 1, burst: 1, maxKeys: 2 });
  for (const key of ['a', 'b', 'c']) limit.take(key);
  expect(limit.take('c')).toBeGreaterThan(0);
  expect(limit.take('a')).toBe(0);
});
