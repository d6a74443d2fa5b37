// All state of a list is in the URL, as plain words: `?state=running,stopped&sort=alias.asc`.

/** A search string as names and texts. The router's own way would turn `q=123` into a number. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Names and texts as a search string; what is empty falls away. Commas and colons stay readable. */
export function stringifySearch(search: Record<string, unknown>): string {
  const kept = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== '');
  if (kept.length === 0) return '';
  const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
  return `?${text.replaceAll('%2C', ',').replaceAll('%3A', ':')}`;
}

/** Makes a route's search from what the URL says: the named texts, nothing else. */
export function texts<Name extends string>(...names: readonly Name[]): (search: Record<string, unknown>) => { [K in Name]?: string } {
  return (search) =>
    Object.fromEntries(
      names.flatMap((name) => (typeof search[name] === 'string' && search[name] !== '' ? [[name, search[name]]] : [])),
    ) as {
      [K in Name]?: string;
    };
}
