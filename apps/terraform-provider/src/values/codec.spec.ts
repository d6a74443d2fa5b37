import { ExtData, encode as pack } from '@msgpack/msgpack';
import { decode, encode } from './codec';
import { fromJsonState } from './json-state';
import type { Type } from './type';
import { unknown, type Value } from './value';

const object: Type = ['object', { name: 'string', nics: ['list', ['object', { mac: 'string', primary: 'bool' }]] }];
const kinds: readonly (readonly [string, Type, Value])[] = [
  ['a text', 'string', 'x'],
  ['an empty text', 'string', ''],
  ['a number', 'number', -1.5],
  ['a big number', 'number', 2 ** 52],
  ['a boolean', 'bool', false],
  ['a list', ['list', 'string'], ['b', 'a']],
  ['an empty list', ['list', 'string'], []],
  ['a set', ['set', 'number'], [1, 2]],
  ['a map', ['map', 'string'], { 'a.b': '1', 'c': '2' }],
  ['an empty map', ['map', 'string'], {}],
  ['an object', object, { name: 'x', nics: [{ mac: 'm', primary: true }] }],
  ['a block inside', ['object', { timeouts: ['object', { create: 'string' }] }], { timeouts: { create: null } }],
];

describe('values on the wire', () => {
  const roundTrip = (value: Value, type: Type): Value => decode(encode(value, type), type);

  it.each(kinds)('%s: as it is, null, and unknown', (_what, type, value) => {
    expect(roundTrip(value, type)).toEqual(value);
    expect(roundTrip(null, type)).toBeNull();
    expect(roundTrip(unknown, type)).toBe(unknown);
  });

  it('holds unknown and null inside', () => {
    const value: Value = { name: unknown, nics: [{ mac: null, primary: unknown }] };
    expect(roundTrip(value, object)).toEqual(value);
    expect(roundTrip({ a: unknown, b: null }, ['map', 'string'])).toEqual({ a: unknown, b: null });
  });

  it.each([
    [null, 'string', 'c0'],
    [unknown, 'string', 'd40000'], // fixed extension of one byte, type 0
    ['ab', 'string', 'a26162'],
    [7, 'number', '07'],
    [{ a: true }, ['object', { a: 'bool' }], '81a161c3'],
    [['x'], ['list', 'string'], '91a178'],
  ] as [Value, Type, string][])('%p of %p is %s', (value, type, expected) => {
    expect(Buffer.from(encode(value, type).msgpack).toString('hex')).toBe(expected);
  });

  it('takes a refined unknown as unknown, and a number that came as text', () => {
    const refined = pack(new ExtData(12, pack({ 1: false })));
    expect(decode({ msgpack: refined }, 'string')).toBe(unknown);
    expect(decode({ msgpack: pack('123456789012345678901234567890') }, 'number')).toBe(1.2345678901234568e29);
  });

  it('reads JSON where that was sent, and null where nothing was', () => {
    expect(decode({ json: Buffer.from('{"name":"x","nics":[]}') }, object)).toEqual({ name: 'x', nics: [] });
    expect(decode(undefined, object)).toBeNull();
  });

  it.each([
    ['a missing attribute', { name: 'x' }, '.nics must be a list, and is nothing'],
    ['one too many', { name: 'x', nics: [], more: 1 }, 'an attribute more that its type has not'],
    ['the wrong type, deep inside', { name: 'x', nics: [{ mac: 1, primary: true }] }, '.nics[0].mac must be a string, and is number'],
    ['no number at all', { name: NaN, nics: [] }, '.name must be a string'],
  ] as [string, Value, string][])('does not send %s', (_what, value, says) => {
    expect(() => encode(value, object)).toThrow(says);
  });

  it('normalises texts, as Terraform does', () => {
    expect(roundTrip('u\u0308', 'string')).toBe('\u00fc');
  });
});

describe('a stored state', () => {
  it('loses what the schema lost, and has null for what it gained', () => {
    const stored = { gone: 1, name: 'x', nics: [{ mac: 'm', old: true }] };
    expect(fromJsonState(stored, object)).toEqual({ name: 'x', nics: [{ mac: 'm', primary: null }] });
    expect(fromJsonState({ name: null }, object)).toEqual({ name: null, nics: null });
    expect(fromJsonState({ a: '1' }, ['map', 'number'])).toEqual({ a: 1 });
  });
});
