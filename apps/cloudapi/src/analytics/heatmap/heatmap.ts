import { ServiceError, type ValueColumn, type cloudapi } from '@nereid/contracts';
import { invalidArgument } from '../../published-errors';
import { shapeOf } from '../instrumentation.mapper';
import type { Measured, Reading } from '../measurements';
import { namesOf, timesOf } from '../values';
import { cellAt, gridOf, rowRange, type Grid } from './grid';
import { paint } from './painting';
import { checkPicture, layersOf, type Layer, type Picture } from './picture';
import { pngOf } from './png';

/** What a request for a picture, or for what lies at a point of it, says. */
export interface Wanted extends Picture {
  readonly hues: readonly string[];
  readonly transformations: readonly string[];
}

/** A heat map as a picture. @throws ServiceError ResourceNotFound it has no numeric decomposition; InvalidArgument */
export async function drawHeatmap(reading: Reading, wanted: Wanted): Promise<cloudapi.HeatmapImage> {
  const { grid, layers, keys, measured } = prepared(reading, wanted);
  const image = await pngOf(paint(grid, wanted, layers), wanted.width, wanted.height);
  return {
    image: image.toString('base64'),
    ...outline(grid, wanted),
    present: keys,
    transformations: namesOf(wanted.transformations, reading),
    ...timesOf(measured, reading.instrumentation),
  };
}

/** What lies at a point of the picture. Counts are rounded, but never to nothing, and the total is their sum: it is what the picture shows. */
export function detailsAt(reading: Reading, wanted: Wanted & { x: number; y: number }): cloudapi.HeatmapDetails {
  if (wanted.x >= wanted.width) throw invalidArgument('x', `The picture is ${wanted.width} wide.`);
  if (wanted.y >= wanted.height) throw invalidArgument('y', `The picture is ${wanted.height} high.`);
  const { grid, layers, keys, measured } = prepared(reading, wanted);
  const { column, row } = cellAt(grid, wanted, wanted.x, wanted.y);
  const second = measured.columns[column]!;
  const [low, high] = rowRange(grid, row);
  const within = { ...wanted, ymin: grid.ymin, ymax: grid.ymax };
  // Key by key, of those that are drawn at all.
  const counts = (keys.length > 0 ? keys : ['']).flatMap((key) => {
    if (!layers.some(({ has }) => has(key))) return [];
    const count = gridOf([second], within, [{ hue: 0, has: (other) => other === key }]).counts[0]![row]!;
    return count > 0 ? [[key, Math.max(1, Math.round(count))] as const] : [];
  });
  return {
    bucket_time: second.second,
    bucket_ymin: low,
    bucket_ymax: high,
    present: Object.fromEntries(counts.filter(([key]) => key !== '')),
    total: counts.reduce((sum, [, count]) => sum + count, 0),
    ...outline(grid, wanted),
    transformations: namesOf(wanted.transformations, reading),
    ...timesOf(measured, reading.instrumentation),
  };
}

function prepared(reading: Reading, wanted: Wanted): { grid: Grid; layers: Layer[]; keys: string[]; measured: Measured } {
  if (!shapeOf(reading.instrumentation).numeric) {
    throw new ServiceError('ResourceNotFound', 'It has no numeric decomposition, and so no heat map.');
  }
  checkPicture(wanted);
  const measured = reading.stretches[0]!;
  const keys = keysOf(measured.columns);
  const layers = layersOf(wanted, wanted.hues, keys);
  return { grid: gridOf(measured.columns, wanted, layers), layers, keys, measured };
}

/** Keys that occur, the largest first. */
function keysOf(columns: readonly ValueColumn[]): string[] {
  const totals = new Map<string, number>();
  for (const { key, count } of columns.flatMap(({ cells }) => cells)) {
    if (key !== '') totals.set(key, (totals.get(key) ?? 0) + count);
  }
  return [...totals].sort(([, a], [, b]) => b - a).map(([key]) => key);
}

function outline({ ymin, ymax }: Grid, { width, height, nbuckets }: Picture) {
  return { nbuckets, width, height, ymin, ymax };
}
