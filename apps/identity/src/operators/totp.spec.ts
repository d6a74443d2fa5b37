import { base32, codeAtTime, stepOf } from './totp';

const secret = Buffer.from('12345678901234567890');

describe('codes of the second factor', () => {
  // Source: RFC 6238, appendix B, SHA-1; the last six of its eight digits.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %d s it is %s', (seconds, code) => {
    expect(codeAtTime(secret, seconds * 1000)).toBe(code);
    expect(stepOf(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  it('counts one step early and late, and no more', () => {
    const code = codeAtTime(secret, 600_000);
    expect([570_000, 600_000, 659_999].map((nowMs) => stepOf(secret, code, nowMs))).toEqual([20, 20, 20]);
    expect([569_999, 660_000].map((nowMs) => stepOf(secret, code, nowMs))).toEqual([undefined, undefined]);
    expect(stepOf(secret, '12345', 600_000)).toBeUndefined();
  });

  // Source: RFC 4648, section 10, without padding.
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes %j in base32 as %j', (text, encoded) => expect(base32(Buffer.from(text))).toBe(encoded));
});
