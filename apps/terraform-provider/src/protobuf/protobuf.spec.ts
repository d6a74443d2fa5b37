import { bool, bytes, integer, many, map, message, one, string } from './protobuf';

const Inner = message({ text: string(1), count: integer(2) });
const All = message({
  text: string(1),
  count: integer(2),
  is: bool(3),
  raw: bytes(4),
  inner: one(5, () => Inner),
  list: many(one(6, () => Inner)),
  names: map(16, string),
});
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

describe('protocol buffers', () => {
  it.each([
    // The first two are the examples of the encoding's own documentation.
    ['a number', { count: 150 }, '109601'],
    ['a text', { text: 'testing' }, '0a0774657374696e67'],
    ['a negative number', { count: -1 }, '10ffffffffffffffffff01'],
    ['yes', { is: true }, '1801'],
    ['bytes', { raw: Uint8Array.of(0, 255) }, '220200ff'],
    ['a message', { inner: { text: 'a' } }, '2a030a0161'],
    ['several, in order', { list: [{ count: 1 }, {}] }, '320210013200'],
    ['a map, at a number of two bytes', { names: { k: 'v' } }, '8201060a016b120176'],
    ['nothing', {}, ''],
    ['zero and the empty text when they are given', { text: '', count: 0 }, '0a001000'],
  ])('writes %s', (_what, value, expected) => {
    expect(hex(All.encode(value))).toBe(expected);
  });

  it('reads back what it wrote, and what was not sent as nothing', () => {
    const value = { text: 'ü', count: 2 ** 40, is: true, raw: Uint8Array.of(7), inner: { text: 'x', count: -5 }, list: [{ text: '1', count: 0 }], names: { a: '1', b: '' } }; // prettier-ignore
    expect(All.decode(All.encode(value))).toEqual(value);
    expect(All.decode(new Uint8Array())).toEqual({ text: '', count: 0, is: false, raw: new Uint8Array(), inner: undefined, list: [], names: {} }); // prettier-ignore
  });

  it('passes over fields that it does not know', () => {
    const Newer = message({ text: string(1), varint: integer(20), text2: string(21) });
    const fixed = Buffer.from('f101' + '0102030405060708' + 'fd01' + '01020304', 'hex'); // fields 30 and 31, fixed width
    const sent = Buffer.concat([fixed, Newer.encode({ text: 'kept', varint: 300, text2: 'gone' })]);
    expect(All.decode(sent)).toMatchObject({ text: 'kept' });
  });

  it.each(['0a05', '0aff', '10', '2a020a'])('refuses what ends too early: %s', (text) => {
    expect(() => All.decode(Buffer.from(text, 'hex'))).toThrow('ends in the middle');
  });
});
