import { useMemo } from 'react';
import { PlainTable } from '../ui/plain-table';
import type { Chart } from './figures';
import { byStep, type FigureRow } from './rows';
import type { Samples } from './samples';

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
/** More than that nobody reads; of longer ranges each row is the average of more steps. */
const mostRows = 60;

/** The figures of all charts, the newest first. */
export function FiguresTable({ charts, samples }: { charts: readonly Chart[]; samples: Samples }) {
  const rows = useMemo(() => byStep(samples, mostRows), [samples]);
  return (
    <div className="max-h-96 overflow-y-auto">
      <PlainTable
        caption="Figures, the newest first"
        rows={rows}
        keyOf={({ at }) => String(at)}
        columns={[
          { title: 'Time', cell: ({ at }) => <time dateTime={new Date(at * 1_000).toISOString()}>{clock.format(at * 1_000)}</time> },
          ...charts.flatMap(({ title, unit, lines }) =>
            lines.map((line) => ({
              title: lines.length > 1 ? `${title}, ${line.title}` : title,
              isNumber: true,
              cell: ({ values }: FigureRow) => {
                const value = values[line.name];
                return typeof value === 'number' ? unit.write(value) : <span className="text-muted">nothing heard</span>;
              },
            })),
          ),
        ]}
      />
    </div>
  );
}
