export interface TableLayout {
  readonly columns: readonly string[];
  /** Columns whose values end at the right edge. */
  readonly right?: ReadonlySet<string>;
  readonly hasHeader: boolean;
  /** How wide it may be; undefined: as wide as it comes. */
  readonly width?: number | undefined;
  /** Which columns may be cut to fit, the least important first. */
  readonly narrow?: readonly string[];
}

const between = '  ';
/** A cell is cut to no less: from so much one can guess. */
const leastWidth = 6;

/** Rows as aligned columns, two blanks apart, without blanks at the end. `-` stands for what is missing. A table without rows has its header. */
export function table(rows: readonly (readonly string[])[], { columns, right, hasHeader, width, narrow = [] }: TableLayout): string[] {
  const all = [...(hasHeader ? [columns.map((name) => name.toUpperCase())] : []), ...rows.map((row) => row.map((cell) => cell || '-'))];
  const widths = columns.map((_, at) => Math.max(0, ...all.map((row) => row[at]!.length)));
  if (width !== undefined) fit(widths, columns, width, narrow);
  return all.map((row) =>
    row
      .map((cell, at) => cut(cell, widths[at]!))
      .map((cell, at) => (right?.has(columns[at]!) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join(between)
      .trimEnd(),
  );
}

/** Takes from one column after the other until all fit. A heading stays whole. What cannot be made to fit is left to the terminal. */
function fit(widths: number[], columns: readonly string[], width: number, narrow: readonly string[]): void {
  let tooMuch = widths.reduce((sum, each) => sum + each, between.length * (widths.length - 1)) - width;
  for (const name of narrow) {
    const at = columns.indexOf(name);
    if (tooMuch <= 0 || at < 0) continue;
    const taken = Math.min(tooMuch, Math.max(0, widths[at]! - Math.max(leastWidth, name.length)));
    widths[at]! -= taken;
    tooMuch -= taken;
  }
}

function cut(cell: string, width: number): string {
  return cell.length <= width ? cell : `${cell.slice(0, width - 1)}…`;
}

/** A value as a cell shows it; empty when there is none. */
export function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((each) => typeof each !== 'object') ? value.join(',') : JSON.stringify(value);
}
