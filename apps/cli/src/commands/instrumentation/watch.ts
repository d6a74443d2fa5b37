import type { cloudapi } from '@nereid/contracts';
import { CliError } from '../../cli-error';
import type { Cloud } from '../../cloud/cloud';
import { routes } from '../../cloud/routes.at-build';
import type { Run } from '../../command/spec';
import type { Terminal } from '../../ports/terminal';
import { findInstrumentation, type Instrumentation } from './find';
import { columnLines, heatLines, type Second } from './picture';
import { quantile, shownTime, type Ranges } from './ranges';

type Value = cloudapi.RawValue;

/** Ctrl-C, which is how everybody leaves it. */
const left = new Error('left');
/** Seconds that a picture can hold. */
const mostSeconds = 600;
/** Keys that are named in a line of text. */
const mostNamed = 5;

export const run: Run = async (context, { args, flags }) => {
  const { terminal } = context;
  const cloud = await context.cloud();
  const found = await findInstrumentation(cloud, args[0]!);
  const show = flags.has('json') ? inJson(terminal) : terminal.isInteractive ? asPicture(terminal, found) : inLines(terminal, found);
  const over = new AbortController();
  const undo = terminal.onInterrupt(() => over.abort(left));
  try {
    for await (const value of seconds(cloud, found.id, over.signal)) show(value);
  } catch (reason) {
    if (reason !== left) throw reason;
  } finally {
    terminal.leaveStatus();
    undo();
  }
};

/** Second after second, without a gap; the door holds its answer back until the next is over. @throws the signal's reason */
async function* seconds(cloud: Cloud, id: string, signal: AbortSignal): AsyncGenerator<Value> {
  for (let start: number | undefined; ;) {
    const wanted = { duration: 1, transformations: ['vm'], ...(start !== undefined && { start_time: start }) };
    try {
      const value = (await cloud.call(routes.getInstrumentationValue, { id }, wanted, {}, signal)).body as Value;
      yield value;
      start = value.end_time;
    } catch (error) {
      // It is not over after five seconds either: nothing is heard of any server. Asked again, since one may come back.
      if (!(error instanceof CliError) || error.code !== 'InvalidArgument' || start === undefined) throw error;
    }
  }
}

type Show = (value: Value) => void;

function inJson(terminal: Terminal): Show {
  return (value) => terminal.print(JSON.stringify(value));
}

/** A line a second: the busiest keys, and how long it took where that is measured. */
function inLines(terminal: Terminal, found: Instrumentation): Show {
  return (value) => {
    const { counts, ranges } = secondOf(value);
    const busiest = [...counts].sort(([, a], [, b]) => b - a).slice(0, mostNamed);
    const parts = busiest.map(([key, count]) => (found['value-dimension'] === 1 ? `${count}` : `${nameOf(value)(key)}=${count}`));
    terminal.print([timeOf(value), ...parts, ...quantiles(ranges)].join('  '));
  };
}

/** The last minutes, drawn again each second below what was printed. */
function asPicture(terminal: Terminal, found: Instrumentation): Show {
  const kept: Second[] = [];
  const isHeat = found['value-arity'] === 'numeric-decomposition';
  return (value) => {
    kept.push(secondOf(value));
    if (kept.length > mostSeconds) kept.shift();
    const { columns, rows } = terminal.size ?? { columns: 80, rows: 24 };
    // A terminal scrolls when its last line is written.
    const size = { columns: columns - 1, rows: rows - 3 };
    const title = `${found.module}.${found.stat}  ${timeOf(value)}  ${quantiles(kept.at(-1)!.ranges).join('  ')}  Ctrl-C leaves`;
    const picture = isHeat ? heatLines(kept, shownTime, size) : columnLines(kept, nameOf(value), size);
    terminal.status([title.slice(0, size.columns), ...picture]);
  };
}

function secondOf({ value }: Value): Second {
  const byKey: [string, number | Ranges][] = typeof value === 'number' || Array.isArray(value) ? [['all', value]] : Object.entries(value);
  const counts = byKey.map(([key, of]): [string, number] => [key, typeof of === 'number' ? of : of.reduce((sum, [, n]) => sum + n, 0)]);
  const sums = new Map<string, [[number, number], number]>();
  for (const [, of] of byKey) {
    if (typeof of === 'number') continue;
    for (const [[low, high], count] of of) sums.set(`${low} ${high}`, [[low, high], (sums.get(`${low} ${high}`)?.[1] ?? 0) + count]);
  }
  return { counts: new Map(counts), ranges: [...sums.values()].sort(([[a]], [[b]]) => a - b) };
}

function quantiles(ranges: Ranges): string[] {
  if (ranges.length === 0) return [];
  const at = (fraction: number): string => shownTime(quantile(ranges, fraction));
  return [`p50 ${at(0.5)}`, `p90 ${at(0.9)}`, `p99 ${at(0.99)}`];
}

function nameOf({ transformations }: Value): (key: string) => string {
  return (key) => transformations['vm']?.[key] ?? key;
}

function timeOf({ start_time }: Value): string {
  return new Date(start_time * 1000).toISOString().slice(11, 19);
}
