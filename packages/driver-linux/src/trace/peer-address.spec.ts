import { shownAddress } from './peer-address';

/** As the kernel's memory would be read. */
function printed(bytes: readonly number[]): string {
  const word = (at: number): bigint => BigInt(Buffer.from(bytes).readUInt32LE(at));
  const half = (at: number): string => String(BigInt.asIntN(64, (word(at) << 32n) | word(at + 4)));
  return `${half(0)},${half(8)}`;
}
const six = (...groups: number[]): string => printed(groups.flatMap((group) => [group >> 8, group & 255]));

describe('the address at the other end', () => {
  it('is written as people write it', () => {
    expect(shownAddress(printed([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 200]))).toBe('192.0.2.200');
    expect(shownAddress(six(0, 0, 0, 0, 0, 0, 0, 1))).toBe('::1');
    expect(shownAddress(six(0x2001, 0xdb8, 0, 0, 1, 0, 0, 0x8001))).toBe('2001:db8::1:0:0:8001');
    expect(shownAddress(six(0xfe80, 0, 1, 2, 3, 4, 5, 6))).toBe('fe80:0:1:2:3:4:5:6');
    expect(shownAddress('0,0')).toBe('::');
  });

  it('is what a machine has printed for 127.0.0.1', () => {
    expect(shownAddress('0,-281474959933313')).toBe('127.0.0.1');
  });
});
