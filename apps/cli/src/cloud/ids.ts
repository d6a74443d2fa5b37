/** Whether it has the form of a UUID, of whatever version. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** The first 8 digits, by which people call things. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** 32 digits without dashes, as containers are named, as a UUID; undefined when it is not that. */
export function uuidOfDigits(text: string): string | undefined {
  if (!/^[0-9a-f]{32}$/i.test(text)) return undefined;
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-').toLowerCase();
}

/** Those whose id begins so; dashes may be left out. */
export function byPrefix<T extends { readonly id: string }>(items: readonly T[], prefix: string): T[] {
  if (!/^[0-9a-f-]+$/i.test(prefix)) return [];
  const digits = prefix.replaceAll('-', '').toLowerCase();
  return items.filter(({ id }) => id.replaceAll('-', '').startsWith(digits));
}
