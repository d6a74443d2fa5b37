import { cellAt, rowRange, type Grid } from './grid';
import type { Layer, Picture } from './picture';

type Colour = readonly [red: number, green: number, blue: number];
const white: Colour = [255, 255, 255];

/** Bytes red, green, blue of each pixel, from the upper left. */
export function paint(grid: Grid, picture: Picture, layers: readonly Layer[]): Buffer {
  const { width, height } = picture;
  const weighed = grid.counts.map((counts) => weigh(counts, grid, picture));
  const strength = strengthOf(weighed, picture.coloring);
  const colours = Array.from({ length: grid.columns * grid.rows }, (_, cell) => colourOf(cell));
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { column, row } = cellAt(grid, picture, x, y);
      pixels.set(colours[column * grid.rows + row]!, 3 * (y * width + x));
    }
  }
  return pixels;

  /** A cell that several layers share has their colours in the proportion of their shares. */
  function colourOf(cell: number): Colour {
    const whole = weighed.reduce((sum, values) => sum + values[cell]!, 0);
    if (whole === 0) return white;
    const mixed = [0, 0, 0];
    for (const [n, values] of weighed.entries()) {
      const value = values[cell]!;
      if (value === 0) continue;
      const colour = fromHsv(layers[n]!.hue, 0.9 * strength(value), 0.95);
      for (const channel of [0, 1, 2]) mixed[channel]! += (colour[channel]! * value) / whole;
    }
    return [Math.round(mixed[0]!), Math.round(mixed[1]!), Math.round(mixed[2]!)];
  }
}

/** Counts as they are, or times the middle of their row: where the time went. */
function weigh(counts: Float64Array, grid: Grid, { weights }: Picture): Float64Array {
  if (weights === 'count') return counts;
  return counts.map((count, cell) => {
    const [low, high] = rowRange(grid, cell % grid.rows);
    return (count * (low + high)) / 2;
  });
}

/**
 * How strongly a value is drawn, 0 to 1, over all layers together: by its place among the values that there are, so that weak detail shows
 * beside what is loud, or in proportion to the largest.
 */
function strengthOf(layers: readonly Float64Array[], coloring: Picture['coloring']): (value: number) => number {
  const values = new Set<number>();
  for (const layer of layers) for (const value of layer) if (value > 0) values.add(value);
  const sorted = Float64Array.from(values).sort();
  if (coloring === 'linear') return (value) => value / (sorted.at(-1) ?? 1);
  const ranks = new Map(Array.from(sorted, (value, n) => [value, (n + 1) / sorted.length]));
  return (value) => ranks.get(value) ?? 0;
}

/** Source: the usual conversion by sixths of the circle of hues. */
function fromHsv(hue: number, saturation: number, value: number): Colour {
  const channel = (n: number): number => {
    const k = (n + hue / 60) % 6;
    return 255 * (value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}
