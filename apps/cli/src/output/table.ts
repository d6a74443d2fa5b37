export interface TableLayout {
  readonly columns: readonly string[];
  /** Columns whose values end at the right edge. */
  readonly right?: ReadonlySet<string>;
  readonly hasHeader: boolean;
}

/** Rows as aligned columns, two blanks apart, without blanks at the end. `-` stands for what is missing. A table without rows has its header. */
export function table(rows: readonly (readonly string[])[], { columns, right, hasHeader }: TableLayout): string[] {
  const all = [...(hasHeader ? [columns.map((name) => name.toUpperCase())] : []), ...rows.map((row) => row.map((cell) => cell || '-'))];
  const widths = columns.map((_, at) => Math.max(0, ...all.map((row) => row[at]!.length)));
  return all.map((row) =>
    row
      .map((cell, at) => (right?.has(columns[at]!) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** A value as a cell shows it; empty when there is none. */
export function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((each) => typeof each !== 'object') ? value.join(',') : JSON.stringify(value);
}
