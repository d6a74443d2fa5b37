import { durationMs, timeoutMs } from './durations';

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1_500],
    ['250ms', 250],
  ])('%s', (text, ms) => expect(durationMs(text)).toBe(ms));

  it.each(['', '10', 'soon', '-1s', '1d', '1m ', 5, null])('%p is none', (text) => expect(durationMs(text)).toBeUndefined());

  it('are ten minutes where nothing is said', () => {
    expect(timeoutMs({ timeouts: null }, 'create')).toBe(600_000);
    expect(timeoutMs({ timeouts: { create: null, update: null, delete: '1m' } }, 'create')).toBe(600_000);
    expect(timeoutMs({ timeouts: { create: null, update: null, delete: '1m' } }, 'delete')).toBe(60_000);
  });
});
