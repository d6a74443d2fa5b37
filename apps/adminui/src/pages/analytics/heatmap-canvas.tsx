import { useEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import { bucketOf } from '@nereid/contracts/light';
import { useTheme } from '../../shell/theme';
import { count as written } from '../../ui/amounts';
import { duration } from './durations';
import { gridOf, placeAt, rankOf, type Choice, type Column, type Grid, type Place } from './heatmap';

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const height = 384;

/** Distributions by second, painted: time to the right, latency upwards, each power of two as high as the next. */
export function HeatmapCanvas({
  columns,
  keys,
  choice,
  names,
  hasLatency,
}: {
  columns: readonly Column[];
  keys: ReadonlySet<string>;
  choice: Choice;
  names: (key: string) => string;
  hasLatency: boolean;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, setAt] = useState<{ x: number; y: number }>();
  const theme = useTheme();
  const grid = useMemo(() => gridOf(hasLatency ? columns : [], keys, choice), [columns, keys, choice, hasLatency]);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, columns, grid);
  }, [columns, grid, theme]);
  const place = at && placeAt(columns, grid, Math.floor(at.x * columns.length), Math.floor((1 - at.y) * (grid.high - grid.low + 1)));
  const point = (event: PointerEvent<HTMLCanvasElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setAt({ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height });
  };
  return (
    <div className="grid grid-cols-[4.5rem_minmax(0,1fr)]">
      <Axis grid={grid} />
      <canvas
        ref={canvas}
        role="img"
        aria-label="Heat map of latency over time; the table beside it says the same in numbers"
        width={960}
        height={height}
        className="bg-ground h-96 w-full [image-rendering:pixelated]"
        onPointerMove={point}
        onPointerLeave={() => setAt(undefined)}
      />
      <span />
      <p className="text-muted flex h-10 items-center justify-between gap-4 overflow-hidden text-xs whitespace-nowrap" aria-live="off">
        {place ? (
          <PlaceText place={place} names={names} />
        ) : (
          <>
            <span>{columns[0] && clock.format(columns[0].second * 1_000)}</span>
            <span>{columns.length > 0 && clock.format(columns.at(-1)!.second * 1_000)}</span>
          </>
        )}
      </p>
    </div>
  );
}

function PlaceText({ place, names }: { place: Place; names: (key: string) => string }) {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  return (
    <span className="text-text">
      {clock.format(place.second * 1_000)} · {duration(place.from)} to {duration(place.to)} · {written(place.count)} ({percent(place.share)}{' '}
      of the second, {percent(place.shareUpTo)} up to here)
      {place.keys.slice(0, 3).map(({ key, count }) => ` · ${names(key) || 'all'} ${written(count)}`)}
    </span>
  );
}

/** Powers of ten that lie in the picture. */
function Axis({ grid }: { grid: Grid }) {
  const rows = grid.high - grid.low + 1;
  const marks = Array.from({ length: 13 }, (_, power) => ({ value: 10 ** power, row: bucketOf(10 ** power) - grid.low })).filter(
    ({ row }) => row >= 0 && row < rows,
  );
  return (
    <svg aria-hidden className="h-96 w-full" viewBox={`0 0 72 ${height}`} preserveAspectRatio="none">
      {marks.map(({ value, row }) => (
        <text
          key={value}
          x={66}
          y={height - ((row + 0.5) / rows) * height + 4}
          textAnchor="end"
          fontSize={11}
          fill="currentColor"
          opacity={0.7}
        >
          {duration(value)}
        </text>
      ))}
    </svg>
  );
}

/** One hue, stronger for more; marked keys in another. The last row says where servers are missing. */
function paint(canvas: HTMLCanvasElement, columns: readonly Column[], grid: Grid): void {
  const pen = canvas.getContext('2d');
  if (!pen) return;
  const [width, rows] = [canvas.width / Math.max(1, columns.length), grid.high - grid.low + 1];
  const style = getComputedStyle(canvas);
  const [hue, mark, warn] = ['--accent', '--busy', '--warn'].map((name) => style.getPropertyValue(name));
  const rank = rankOf(grid);
  const expected = Math.max(0, ...columns.map(({ reporting }) => reporting));
  pen.clearRect(0, 0, canvas.width, canvas.height);
  for (const [x, counts] of grid.counts.entries()) {
    for (const [row, count] of counts.entries()) {
      if (count === 0) continue;
      const share = grid.marked[x]![row]! / count;
      const top = Math.floor(canvas.height * (1 - (row + 1) / rows));
      const tall = Math.ceil(canvas.height / rows);
      pen.globalAlpha = 0.15 + 0.85 * rank(count);
      pen.fillStyle = share > 0.5 ? mark! : hue!;
      pen.fillRect(Math.floor(x * width), top, Math.ceil(width), tall);
    }
  }
  pen.globalAlpha = 1;
  pen.fillStyle = warn!;
  for (const [x, { reporting }] of columns.entries()) {
    if (reporting < expected) pen.fillRect(Math.floor(x * width), canvas.height - 3, Math.ceil(width), 3);
  }
}
