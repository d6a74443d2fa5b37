import { CliError, notFound } from '../../cli-error';
import { isUuid } from '../../cloud/ids';

/**
 * The id that an operator means: a UUID as it is, else the one object whose name is that, or whose id begins so.
 * @throws CliError `ResourceNotFound`; without a code when it is ambiguous
 */
export async function idOf<T extends { readonly uuid: string }>(
  what: string,
  text: string,
  everything: AsyncIterable<T> | Iterable<T>,
  nameOf: (item: T) => string,
): Promise<string> {
  if (isUuid(text)) return text.toLowerCase();
  const [named, begun]: [string[], string[]] = [[], []];
  for await (const item of everything) {
    if (nameOf(item) === text) named.push(item.uuid);
    else if (/^[0-9a-f-]+$/i.test(text) && item.uuid.startsWith(text.toLowerCase())) begun.push(item.uuid);
  }
  const found = named.length > 0 ? named : begun;
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw new CliError(undefined, `${what} "${text}" is ambiguous: it is ${found.length} of them`);
  throw notFound(`no ${what} with name or short id "${text}" was found`);
}

/** All of an asynchronous list. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const kept: T[] = [];
  for await (const item of items) kept.push(item);
  return kept;
}
