/** A value that is not known before something has been applied. */
export const unknown: unique symbol = Symbol('unknown');

/** What Terraform gives and takes: `null` is "not set". Objects and blocks have exactly the attributes of their type. */
export type Value = null | typeof unknown | string | number | boolean | readonly Value[] | ObjectValue;
export interface ObjectValue {
  readonly [name: string]: Value;
}

export function isObject(value: Value | undefined): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** An object of the same names. */
export function mapObject<T, R>(from: Readonly<Record<string, T>>, to: (value: T, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, to(value, name)]));
}

/** Nothing in it is unknown. */
export function isKnown(value: Value): boolean {
  if (value === unknown) return false;
  if (isList(value)) return value.every(isKnown);
  return !isObject(value) || Object.values(value).every(isKnown);
}

/** Equal letter by letter; unknown equals unknown alone. The order of a list counts, and of a set too. */
export function isEqual(a: Value, b: Value): boolean {
  if (isList(a)) return isList(b) && a.length === b.length && a.every((each, index) => isEqual(each, b[index]!));
  if (!isObject(a)) return a === b;
  if (!isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isEqual(a[name]!, b[name]!));
}

/** A text, or undefined when it is null or unknown. */
export function text(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A list's texts; undefined when it is null, unknown, or holds anything unknown. */
export function texts(value: Value | undefined): string[] | undefined {
  return isList(value) && value.every((each) => typeof each === 'string') ? (value as string[]) : undefined;
}

/** A map's texts; empty when it is null, undefined when anything is unknown. */
export function textMap(value: Value | undefined): Record<string, string> | undefined {
  if (value === null || value === undefined) return {};
  if (!isObject(value) || !isKnown(value)) return undefined;
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
