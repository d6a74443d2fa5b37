import { useState, type ReactNode } from 'react';
import { cx } from '../ui/class-names';
import { Panel } from '../ui/panel';
import { EmptyState, ErrorState, Loading } from '../ui/states';
import { Mark } from '../ui/state-badge';
import { FiguresTable } from './figures-table';
import { LineChart, type Line } from './line-chart';
import { ranges, rangeOf } from './ranges';
import { endOf, hasFigures, lastHeard } from './samples';
import { percent, rate, size, type Unit } from './units';
import { mayGoOn, useLiveSamples, type Measured } from './use-live-samples';

export interface Chart {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly Line[];
  /** What a figure is a part of, where that is the same for all. */
  readonly of?: string;
}

const charts: readonly Chart[] = [
  { title: 'CPU', unit: percent, lines: [{ name: 'cpuPercent', title: 'used' }], of: 'a core' },
  { title: 'Memory', unit: size, lines: [{ name: 'memoryBytes', title: 'used' }] },
  {
    title: 'Network',
    unit: rate,
    lines: [
      { name: 'networkReceivedBytes', title: 'in' },
      { name: 'networkSentBytes', title: 'out' },
    ],
  },
  {
    title: 'Disk',
    unit: rate,
    lines: [
      { name: 'diskReadBytes', title: 'read' },
      { name: 'diskWrittenBytes', title: 'written' },
    ],
  },
];
/** A second is closed some seconds after its end; one that is missing for longer than this is missing. */
const silentAfterSeconds = 10;
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

/** What a server or an instance does, by the second: CPU, memory, network and disk, live. */
export default function Figures({
  of,
  range: chosen,
  onRange,
  memoryBytes,
  why,
}: {
  of: Measured;
  range: string | undefined;
  onRange: (range: string) => void;
  /** The most memory that it can have. */
  memoryBytes: number | undefined;
  /** Why nothing is heard, as far as its state tells. */
  why: ReactNode;
}) {
  const range = rangeOf(chosen);
  const { samples, error, brokenAtMs } = useLiveSamples(of, range);
  const [isTable, setTable] = useState(false);
  const heard = samples && lastHeard(samples);
  const isSilent = samples !== undefined && heard !== undefined && endOf(samples) - heard > silentAfterSeconds + range.stepSeconds;
  return (
    <Panel
      title="Live figures"
      isFlush
      aside={
        <span className="flex items-center gap-3">
          <TableChoice isTable={isTable} onChoose={setTable} />
          <RangeChoice chosen={range.id} onChoose={onRange} />
        </span>
      }
    >
      {(error || isSilent) && samples && (
        <p role="status" className="bg-warn-soft text-warn flex items-center gap-2 px-4 py-1.5 text-xs">
          <Mark tone="warn" />
          {error ? (
            `Interrupted since ${exact.format(brokenAtMs)}: ${error.message}${mayGoOn(error) ? ' The figures go on once it answers again.' : ''}`
          ) : (
            <>
              Nothing heard since {exact.format(heard! * 1_000)}. {why}
            </>
          )}
        </p>
      )}
      {error && !samples ? (
        <ErrorState error={error} />
      ) : !samples ? (
        <Loading rows={8} />
      ) : !hasFigures(samples) ? (
        <EmptyState icon="analytics" title={`No figures of the last ${range.title}`}>
          {why}
        </EmptyState>
      ) : isTable ? (
        <FiguresTable charts={charts} samples={samples} />
      ) : (
        <div className="bg-line grid gap-px overflow-hidden rounded-b-lg md:grid-cols-2 2xl:grid-cols-4">
          {charts.map(({ title, unit, lines, of: whole }) => (
            <LineChart
              key={title}
              title={title}
              unit={unit}
              lines={lines}
              samples={samples}
              limit={title === 'Memory' ? memoryBytes : undefined}
              of={whole}
            />
          ))}
        </div>
      )}
    </Panel>
  );
}

/** The same figures as numbers: for those who hear the page, and for whoever wants to copy them. */
function TableChoice({ isTable, onChoose }: { isTable: boolean; onChoose: (isTable: boolean) => void }) {
  return (
    <button
      type="button"
      aria-pressed={isTable}
      onClick={() => onChoose(!isTable)}
      className={cx(
        'h-6 rounded px-2 text-xs whitespace-nowrap',
        isTable ? 'bg-accent-soft font-medium' : 'text-muted hover:bg-hover hover:text-text',
      )}
    >
      Table
    </button>
  );
}

function RangeChoice({ chosen, onChoose }: { chosen: string; onChoose: (range: string) => void }) {
  return (
    <div role="group" aria-label="Time range" className="flex gap-0.5">
      {ranges.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          aria-pressed={id === chosen}
          onClick={() => onChoose(id)}
          className={cx(
            'h-6 rounded px-2 text-xs whitespace-nowrap',
            id === chosen ? 'bg-accent-soft font-medium' : 'text-muted hover:bg-hover hover:text-text',
          )}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
