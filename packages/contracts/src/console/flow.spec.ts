import { FrameFlow } from './flow';
import {
  countPayload,
  decodeConsoleFrame,
  encodeConsoleFrame,
  frameBytesMax,
  readCount,
  readSize,
  sizePayload,
  windowBytes,
} from './frames';

/** Two ends joined by a wire that a test can look at and cut. */
function pair() {
  const wire: Uint8Array[] = [];
  return { near: new FrameFlow((frame) => wire.push(frame)), far: new FrameFlow(() => undefined), wire };
}

describe('frames', () => {
  it('come back as they were', () => {
    const sized = decodeConsoleFrame(encodeConsoleFrame('resize', 7, sizePayload({ columns: 132, rows: 43 })));
    expect([sized.type, sized.seq, readSize(sized)]).toEqual(['resize', 7, { columns: 132, rows: 43 }]);
    const message = Buffer.concat([Buffer.from('other bytes of a pool'), encodeConsoleFrame('data', 4_294_967_295, Buffer.from('grüße'))]);
    const data = decodeConsoleFrame(message.subarray(21));
    expect([data.seq, Buffer.from(data.payload).toString()]).toEqual([4_294_967_295, 'grüße']);
    expect(readCount(decodeConsoleFrame(encodeConsoleFrame('credit', 0, countPayload(70_000))))).toBe(70_000);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a header', Buffer.from([1, 0, 0])],
    ['an unknown type', Buffer.from([77, 0, 0, 0, 0])],
    ['a frame that is too long', Buffer.from(encodeConsoleFrame('data', 0, Buffer.alloc(frameBytesMax + 1)))],
  ])('refuse %s', (_, message) => {
    expect(() => decodeConsoleFrame(message)).toThrow('no frame');
  });

  it('refuse counts and sizes that are none', () => {
    expect(() => readSize(decodeConsoleFrame(encodeConsoleFrame('resize', 0, sizePayload({ columns: 0, rows: 24 }))))).toThrow('no size');
    expect(() => readCount(decodeConsoleFrame(encodeConsoleFrame('credit', 0, Buffer.from('x'))))).toThrow('no count');
  });
});

describe('flow', () => {
  it('cuts bytes into frames and stops at the window', () => {
    const { near, far, wire } = pair();
    expect(near.send('data', Buffer.alloc(windowBytes + 5_000))).toBe(windowBytes);
    expect(near.send('data', Buffer.alloc(1))).toBe(0);
    expect(wire).toHaveLength(windowBytes / frameBytesMax);
    for (const frame of wire) far.hear(frame);
  });

  it('grants what was taken in, and goes on', () => {
    const granted: Uint8Array[] = [];
    const sent: Uint8Array[] = [];
    const sender = new FrameFlow((frame) => sent.push(frame));
    const reader = new FrameFlow((frame) => granted.push(frame));
    let total = 0;
    for (let round = 0; round < 20; round++) {
      total += sender.send('data', Buffer.alloc(windowBytes));
      for (const frame of sent.splice(0)) reader.take(reader.hear(frame).payload.length);
      for (const frame of granted.splice(0)) sender.hear(frame);
    }
    expect(total).toBe(20 * windowBytes);
    expect(sender.credit).toBe(windowBytes);
  });

  it('notices a frame that was lost, repeated, or sent without credit', () => {
    const { near, far, wire } = pair();
    near.send('data', Buffer.from('a'));
    near.send('data', Buffer.from('b'));
    expect(() => far.hear(wire[1]!)).toThrow('lost');
    far.hear(wire[0]!);
    expect(() => far.hear(wire[0]!)).toThrow('lost');
    const greedy = pair();
    for (let n = 0; n < windowBytes / frameBytesMax; n++) greedy.far.hear(encodeConsoleFrame('data', n, Buffer.alloc(frameBytesMax)));
    expect(() => greedy.far.hear(encodeConsoleFrame('data', windowBytes / frameBytesMax, Buffer.alloc(1)))).toThrow('granted');
  });

  it('does not let the far end grant more than a window', () => {
    const { near } = pair();
    for (let n = 0; n < 10; n++) near.hear(encodeConsoleFrame('credit', n, countPayload(4_000_000_000)));
    expect(near.credit).toBe(windowBytes);
  });

  it('lets signs of life pass beside the sequence', () => {
    const { near, far, wire } = pair();
    near.tell('alive');
    near.tell('endOfInput');
    near.tell('alive');
    near.tell('signal', Buffer.from('INT'));
    expect(wire.map((frame) => far.hear(frame).type)).toEqual(['alive', 'endOfInput', 'alive', 'signal']);
  });
});
