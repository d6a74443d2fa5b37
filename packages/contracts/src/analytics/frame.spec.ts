import type { InstrumentationId, VmId } from '../ids';
import { decodeFrame, encodeFrame, type NodeFrame } from './frame';

const vm = (n: number): VmId => `6b1c6a51-9d0b-4c5e-9a83-${n.toString(16).padStart(12, '0')}` as VmId;
const frame: NodeFrame = {
  second: 1_790_000_000,
  boot: 7,
  wanted: 3,
  server: [1, undefined, 3, 0, 2 ** 50, undefined, 7, 8, 9],
  instances: [
    { id: vm(1), figures: [undefined, 512, undefined, 0, 0, 12345678901, 17, 3] },
    { id: vm(2), figures: [] },
  ],
  samples: [
    {
      id: vm(99) as string as InstrumentationId,
      state: 'on',
      reason: '',
      isTruncated: true,
      cells: [
        { vm: vm(2), key: 'sh', count: 5, distribution: [[0, 1], [300, 3], [783 + 16, 1]] },
        { vm: undefined, key: 'ä', count: 1 },
        { vm: vm(2), key: '', count: 0, distribution: [] },
      ],
    },
    { id: vm(98) as string as InstrumentationId, state: 'refused', reason: 'no such probe', isTruncated: false, cells: [] },
  ],
}; // prettier-ignore

describe('a frame', () => {
  it('is read as it was written', () => {
    expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
  });

  it('of a quiet server is small', () => {
    expect(encodeFrame({ ...frame, samples: [] }).length).toBeLessThan(110);
  });

  it('that is cut anywhere, longer than it says, or of another kind is refused', () => {
    const bytes = encodeFrame(frame);
    for (let length = 0; length < bytes.length; length++) expect(() => decodeFrame(bytes.subarray(0, length))).toThrow(RangeError);
    expect(() => decodeFrame(new Uint8Array([...bytes, 0]))).toThrow('longer');
    expect(() => decodeFrame(new Uint8Array([1, 2, ...bytes.subarray(2)]))).toThrow('no frame');
    expect(() => decodeFrame(new Uint8Array([...bytes.subarray(0, 2), 99, ...bytes.subarray(3)]))).toThrow('version');
  });

  it('with any byte changed is read as something or refused, and never takes much room', () => {
    const bytes = encodeFrame(frame);
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0, 0x7f, 0x80, 0xff]) {
        const changed = Uint8Array.from(bytes);
        changed[at] = value;
        try {
          expect(decodeFrame(changed).instances.length).toBeLessThan(200);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }
    }
  });
});
