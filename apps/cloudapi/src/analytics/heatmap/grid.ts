import { bucketLow, type ValueColumn } from '@nereid/contracts';
import type { Layer, Picture } from './picture';

/** A column a second and a row a stretch of values, the lowest first: how much of each layer lies in each cell. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly ymin: number;
  readonly ymax: number;
  /** By layer; cell `column × rows + row`. */
  readonly counts: readonly Float64Array[];
}

/** The end of the highest range that occurs, or something above `ymin` when nothing does. */
export function ymaxOf(columns: readonly ValueColumn[], { ymin, ymax, nbuckets }: Picture): number {
  if (ymax !== undefined) return ymax;
  let top = 0;
  for (const { distribution = [] } of columns.flatMap(({ cells }) => cells)) {
    for (const [bucket] of distribution) top = Math.max(top, bucketLow(bucket + 1));
  }
  return top > ymin ? top : ymin + nbuckets;
}

/** Counts of ranges are spread over the rows that they reach into, in proportion: within a range nothing more is known. */
export function gridOf(seconds: readonly ValueColumn[], picture: Picture, layers: readonly Layer[]): Grid {
  const { ymin, nbuckets: rows } = picture;
  const ymax = ymaxOf(seconds, picture);
  const rowHeight = (ymax - ymin) / rows;
  const counts = layers.map(() => new Float64Array(seconds.length * rows));
  for (const [column, { cells }] of seconds.entries()) {
    for (const { key, distribution } of cells) {
      const layer = counts[layers.findIndex(({ has }) => has(key))];
      if (layer)
        for (const [bucket, count] of distribution ?? []) spread(layer, column * rows, bucketLow(bucket), bucketLow(bucket + 1), count);
    }
  }
  return { columns: seconds.length, rows, ymin, ymax, counts };

  function spread(into: Float64Array, base: number, low: number, high: number, count: number): void {
    if (high <= ymin || low >= ymax) return;
    const firstRow = Math.max(0, Math.floor((low - ymin) / rowHeight));
    const lastRow = Math.min(rows - 1, Math.ceil((high - ymin) / rowHeight) - 1);
    for (let row = firstRow; row <= lastRow; row++) {
      const from = Math.max(low, ymin + row * rowHeight);
      const to = Math.min(high, ymin + (row + 1) * rowHeight);
      if (to > from) into[base + row]! += (count * (to - from)) / (high - low);
    }
  }
}

/** The cell in which a point of the picture lies, counted from its upper left corner. */
export function cellAt(grid: Grid, { width, height }: Picture, x: number, y: number): { column: number; row: number } {
  return { column: Math.floor((x * grid.columns) / width), row: Math.floor(((height - 1 - y) * grid.rows) / height) };
}

/** The values of a row. */
export function rowRange({ ymin, ymax, rows }: Grid, row: number): [low: number, high: number] {
  const rowHeight = (ymax - ymin) / rows;
  return [ymin + row * rowHeight, ymin + (row + 1) * rowHeight];
}
