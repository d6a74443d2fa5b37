import { ExtData, decode as unpack, encode as pack } from '@msgpack/msgpack';
import type { DynamicValue } from '../protocol/messages';
import type { Type } from './type';
import { isList, isObject, mapObject, unknown, type Value } from './value';

// Values as MessagePack. Source: Terraform, docs/plugin-protocol/object-wire-format.md.

/** What an unknown value looks like: extension 0, whose content means nothing. */
const packedUnknown = new ExtData(0, Uint8Array.of(0));

/**
 * A value of a type, packed.
 * @throws Error the value is not of the type: an attribute is missing or too many, a number where a text belongs. That is a defect of the
 * caller: what is missing is not silently sent as null, which would be a promise.
 */
export function encode(value: Value, type: Type): { msgpack: Uint8Array } {
  return { msgpack: pack(toPacked(value, type, '')) };
}

/** The value that was sent; null when none was. @throws Error it is not of the type */
export function decode(sent: Partial<DynamicValue> | undefined, type: Type): Value {
  if (sent?.msgpack?.length) return fromPacked(unpack(sent.msgpack), type, '');
  if (sent?.json?.length) return fromPacked(JSON.parse(Buffer.from(sent.json).toString('utf8')), type, '');
  return null;
}

function toPacked(value: Value | undefined, type: Type, at: string): unknown {
  if (value === null) return null;
  if (value === unknown) return packedUnknown;
  if (typeof type === 'string') return scalar(value, type, at);
  const [kind, inner] = type;
  if (kind === 'list' || kind === 'set') {
    if (!isList(value)) throw mismatch(kind, value, at);
    return value.map((each, index) => toPacked(each, inner, `${at}[${index}]`));
  }
  if (!isObject(value)) throw mismatch(kind, value, at);
  if (kind === 'map') return mapObject(value, (each, name) => toPacked(each, inner, `${at}["${name}"]`));
  const extra = Object.keys(value).find((name) => !Object.hasOwn(inner, name));
  if (extra !== undefined) throw new Error(`${at || 'the object'} has an attribute ${extra} that its type has not`);
  return mapObject(inner, (each, name) => toPacked(value[name], each, `${at}.${name}`));
}

function fromPacked(packed: unknown, type: Type, at: string): Value {
  if (packed === null || packed === undefined) return null;
  if (packed instanceof ExtData) return unknown; // refined or not: what is known of an unknown is not used here
  if (type === 'number') return Number(packed); // what does not fit a double comes as text
  if (typeof type === 'string') return scalar(packed as Value, type, at);
  const [kind, inner] = type;
  if (kind === 'list' || kind === 'set') {
    if (!Array.isArray(packed)) throw mismatch(kind, packed, at);
    return packed.map((each, index) => fromPacked(each, inner, `${at}[${index}]`));
  }
  if (typeof packed !== 'object' || Array.isArray(packed)) throw mismatch(kind, packed, at);
  const parts = packed as Record<string, unknown>;
  if (kind === 'map') return mapObject(parts, (each, name) => fromPacked(each, inner, `${at}["${name}"]`));
  return mapObject(inner, (each, name) => fromPacked(parts[name], each, `${at}.${name}`));
}

function scalar(value: Value | undefined, type: 'string' | 'number' | 'bool', at: string): string | number | boolean {
  if (type === 'string' && typeof value === 'string') return value.normalize('NFC');
  if (type === 'number' && typeof value === 'number' && Number.isFinite(value)) return value;
  if (type === 'bool' && typeof value === 'boolean') return value;
  throw mismatch(type, value, at);
}

function mismatch(wanted: string, value: unknown, at: string): Error {
  const got = value === undefined ? 'nothing' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : typeof value;
  return new Error(`${at || 'the value'} must be a ${wanted}, and is ${got}`);
}
