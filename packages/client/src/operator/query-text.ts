/** One value of a query: lists are written with commas between. */
export type QueryValue = string | number | boolean | readonly (string | number)[] | undefined;

/** `?a=1&b=x,y`, without what is undefined; empty when nothing is left. */
export function queryText(query: Readonly<Record<string, QueryValue>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
