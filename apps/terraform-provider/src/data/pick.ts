import { Problem } from '../diagnostics/problem';

/** The only one of those found. @throws Problem there is none, or there are several; the text says which */
export function theOnly<T>(what: string, found: readonly T[], nameOf: (each: T) => string): T {
  const [first, ...others] = found;
  if (first === undefined) throw new Problem(`No ${what}`, `The account may use no ${what} that is as wanted.`);
  if (others.length === 0) return first;
  const names = found.slice(0, 10).map(nameOf).join(', ');
  throw new Problem(
    `More than one ${what}`,
    `${found.length} are as wanted: ${names}${found.length > 10 ? ' …' : ''}. Say more of the one that is meant.`,
  );
}

/** Whether every field that was asked for has the wanted value; null is not asked for. */
export function matches(
  asked: Readonly<Record<string, unknown>>,
  has: Readonly<Record<string, unknown>>,
  names: readonly string[],
): boolean {
  return names.every((name) => asked[name] === null || asked[name] === has[name]);
}
