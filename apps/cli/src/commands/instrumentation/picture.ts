import type { Ranges } from './ranges';

/** What was measured in one second: how often each key occurred, and how its values were distributed. */
export interface Second {
  readonly counts: ReadonlyMap<string, number>;
  /** Of all keys together; empty where there is no numeric field. */
  readonly ranges: Ranges;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const eighths = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const nameWidth = 24;
const countWidth = 9;
const labelWidth = 9;

/** A line for each of the busiest keys: its name, its last seconds as columns, its last count. The newest second is the last. */
export function columnLines(seconds: readonly Second[], nameOf: (key: string) => string, { columns, rows }: Size): string[] {
  const shown = seconds.slice(-Math.max(1, columns - nameWidth - countWidth - 2));
  const sums = new Map<string, number>();
  for (const { counts } of shown) for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count);
  const busiest = [...sums].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, Math.max(1, rows - 1));
  const most = Math.max(1, ...busiest.flatMap(([key]) => shown.map(({ counts }) => counts.get(key) ?? 0)));
  return busiest.map(([key]) => {
    const heights = shown.map(({ counts }) => {
      const count = counts.get(key) ?? 0;
      return eighths[count === 0 ? 0 : Math.max(1, Math.round((8 * count) / most))];
    });
    const last = String(shown.at(-1)!.counts.get(key) ?? 0);
    return `${nameOf(key).slice(0, nameWidth).padEnd(nameWidth)} ${heights.join('')} ${last.padStart(countWidth)}`.slice(0, columns);
  });
}

/**
 * A heat map: a column a second, the newest at the right; two rows of values in each line, the highest at the top, each twice the one below
 * or as much as is needed to show all. Brighter is more.
 */
export function heatLines(seconds: readonly Second[], labelOf: (value: number) => string, { columns, rows }: Size): string[] {
  const width = Math.max(1, columns - labelWidth - 2);
  const shown = seconds.slice(-width);
  const all = shown.flatMap(({ ranges }) => ranges.filter(([, count]) => count > 0));
  if (all.length === 0) return ['nothing yet'];
  const lowest = Math.log2(Math.max(1, Math.min(...all.map(([[low]]) => low))));
  const highest = Math.log2(Math.max(2, ...all.map(([[, high]]) => high)));
  const lines = Math.max(1, Math.min(rows - 1, Math.ceil((highest - lowest) / 2)));
  const step = Math.max((highest - lowest) / (2 * lines), 1e-9);
  const rowOf = (value: number): number =>
    Math.min(2 * lines - 1, Math.max(0, Math.floor((Math.log2(Math.max(1, value)) - lowest) / step)));
  const grid = shown.map(({ ranges }) => {
    const cells = new Array<number>(2 * lines).fill(0);
    for (const [[low, high], count] of ranges) cells[rowOf((low + high) / 2)]! += count;
    return cells;
  });
  const most = Math.max(...grid.flat());
  return Array.from({ length: lines }, (_, line) => {
    const [upper, lower] = [2 * (lines - line) - 1, 2 * (lines - line) - 2];
    const cells = grid.map((cells) => cell(shade(cells[upper]!, most), shade(cells[lower]!, most)));
    return `${labelOf(2 ** (lowest + (upper + 1) * step)).padStart(labelWidth)} ${cells.join('')}\x1b[0m`;
  });
}

/** 0 to 1; few are told from none, since one slow request among thousands is what is looked for. */
function shade(count: number, most: number): number {
  return count === 0 ? 0 : 0.2 + 0.8 * (Math.log1p(count) / Math.log1p(most));
}

/** Two values above one another: the upper half of a block in front, the lower half behind. */
function cell(upper: number, lower: number): string {
  if (upper === 0 && lower === 0) return '\x1b[0m ';
  return `\x1b[38;2;${colour(upper)};48;2;${colour(lower)}m▀`;
}

/** From black over red to a light yellow. */
function colour(value: number): string {
  const part = (from: number, over: number): number => Math.round(255 * Math.min(1, Math.max(0, (value - from) / over)));
  return `${part(0, 0.5)};${part(0.35, 0.55)};${part(0.75, 0.4)}`;
}
