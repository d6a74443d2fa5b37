export type Fields = Readonly<Record<string, unknown>>;

/** A field by name; dots reach into objects and lists: `metadata.credentials`, `files.0.size`. A field whose own name has dots comes first. */
export function fieldOf(item: Fields, name: string): unknown {
  let value: unknown = item;
  for (const part of name in item ? [name] : name.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Fields)[part];
  }
  return value;
}

/** Sorted by fields, `-name` descending. Numbers by value, all else as text; what lacks the field comes first. */
export function sortBy<T extends Fields>(items: readonly T[], fields: readonly string[]): T[] {
  const keys = fields.map((field) => (field.startsWith('-') ? { name: field.slice(1), sign: -1 } : { name: field, sign: 1 }));
  return [...items].sort((a, b) => {
    for (const { name, sign } of keys) {
      const order = compare(fieldOf(a, name), fieldOf(b, name));
      if (order !== 0) return sign * order;
    }
    return 0;
  });
}

function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [asText(a), asText(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
