import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme } from '../shell/theme';
import { lengthOf, type Samples } from './samples';
import { scaleOf, type Unit } from './units';

export interface Line {
  /** Its series. */
  readonly name: string;
  readonly title: string;
}

const height = 132;
const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const exact = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
/** Charts with one cursor. */
const together = uPlot.sync('figures');
const dashes = [[], [4, 3]];
const colours = ['--accent', '--text'];

/** One quantity over time, as one or two lines; what is pointed at, else the newest, stands above in numbers. */
export function LineChart({
  title,
  lines,
  unit,
  samples,
  limit,
  of,
}: {
  title: string;
  lines: readonly Line[];
  unit: Unit;
  samples: Samples;
  /** The most that it can be: the scale reaches up to it. */
  limit?: number | undefined;
  /** What a figure is a part of: `a core`. */
  of?: string | undefined;
}) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const [pointed, setPointed] = useState<number>();
  const theme = useTheme();
  const data = useMemo(() => dataOf(samples, lines), [samples, lines]);
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const element = box.current!;
    const made = new uPlot(optionsOf(element, lines, unit, limit, setPointed), latest.current, element);
    chart.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [lines, unit, limit, theme]);
  useEffect(() => chart.current?.setData(data), [data]);

  const shown = pointed !== undefined && pointed < data[0].length ? pointed : newestOf(data);
  const written = (n: number): string => {
    const value = data[n + 1]?.[shown];
    return typeof value === 'number' ? unit.write(value) : '–';
  };
  return (
    <figure aria-label={title} className="bg-surface min-w-0 px-4 pt-3 pb-2">
      <figcaption className="mb-1 flex h-5 items-baseline gap-x-3 whitespace-nowrap">
        <span className="font-medium">{title}</span>
        <span className="text-muted text-xs">{pointed !== undefined && exact.format(data[0][shown]! * 1_000)}</span>
        <span className="ml-auto flex items-baseline gap-3">
          {lines.map((line, n) => (
            <span key={line.name} className="flex items-baseline gap-1.5">
              {lines.length > 1 && (
                <span className="text-muted flex items-center gap-1.5 text-xs">
                  <LineMark n={n} /> {line.title}
                </span>
              )}
              <span className="font-medium">{written(n)}</span>
            </span>
          ))}
          {(of ?? limit) !== undefined && <span className="text-muted text-xs">of {of ?? unit.write(limit!)}</span>}
        </span>
      </figcaption>
      <div ref={box} role="img" aria-label={summaryOf(title, lines, data, unit)} style={{ height }} />
    </figure>
  );
}

function LineMark({ n }: { n: number }) {
  return (
    <svg aria-hidden width={16} height={8} className="self-center">
      <line x1={0} x2={16} y1={4} y2={4} stroke={`var(${colours[n]})`} strokeWidth={2} strokeDasharray={dashes[n]!.join(' ')} />
    </svg>
  );
}

type Data = [number[], ...(number | null)[][]];

function dataOf(samples: Samples, lines: readonly Line[]): Data {
  const length = lengthOf(samples);
  const times = Array.from({ length }, (_, n) => samples.start + n * samples.stepSeconds);
  return [times, ...lines.map(({ name }) => [...(samples.values[name] ?? Array<null>(length).fill(null))])];
}

function newestOf([times, ...lines]: Data): number {
  const last = Math.max(...lines.map((values) => values.findLastIndex((value) => value !== null)));
  return last < 0 ? times.length - 1 : last;
}

/** What the picture says, for those who hear it. */
function summaryOf(title: string, lines: readonly Line[], data: Data, unit: Unit): string {
  const parts = lines.map((line, n) => {
    const values: readonly (number | null)[] = data[n + 1]!;
    const heard = values.filter((value) => value !== null);
    const name = lines.length > 1 ? `${line.title} ` : '';
    if (heard.length === 0) return `${name}nothing heard`;
    return `${name}now ${unit.write(heard.at(-1)!)}, lowest ${unit.write(Math.min(...heard))}, highest ${unit.write(Math.max(...heard))}`;
  });
  return `${title}: ${parts.join('; ')}`;
}

function optionsOf(
  element: HTMLElement,
  lines: readonly Line[],
  unit: Unit,
  limit: number | undefined,
  onPoint: (at: number | undefined) => void,
): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name);
  const axis = { stroke: colour('--muted'), font: `11px ${style.fontFamily}`, ticks: { show: false } };
  const grid = { stroke: colour('--line'), width: 1 };
  return {
    width: element.clientWidth,
    height,
    padding: [6, 8, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: together.key }, drag: { x: false, y: false }, points: { size: 7 }, y: false },
    scales: { x: { time: false }, y: { range: (_, __, max) => scaleOf(unit, limit ?? max) } },
    axes: [
      { ...axis, grid: { show: false }, size: 22, gap: 4, space: 90, values: (_, ticks, __, ___, step) => ticks.map((at) => (step < 60 ? exact : clock).format(at * 1_000)), incrs: [30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400] },
      { ...axis, grid, size: 64, gap: 6, splits: (_, __, low, high) => [low, (low + high) / 2, high], values: (_, ticks) => ticks.map(unit.write) },
    ], // prettier-ignore
    series: [
      {},
      ...lines.map(({ title }, n) => ({
        label: title,
        stroke: colour(colours[n]!),
        width: 1.5,
        dash: dashes[n]!,
        points: { show: false },
        ...(n === 0 && { fill: `color-mix(in oklab, ${colour('--accent')} 14%, transparent)` }),
      })),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
  };
}
