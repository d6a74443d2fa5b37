import type { ReactNode } from 'react';
import { cx } from './class-names';

export interface PlainColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
  readonly width?: string;
}

/** A table of some dozens of rows. Long lists are DataTables. */
export function PlainTable<Row>({
  caption,
  columns,
  rows,
  keyOf,
}: {
  caption: string;
  columns: readonly PlainColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="group" aria-label={caption}>
      <table className="w-full text-left">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="text-muted border-line border-b">
            {columns.map(({ title, isNumber, width }) => (
              <th key={title} scope="col" className={cx('h-9 px-4 text-xs font-medium whitespace-nowrap', isNumber && 'text-right', width)}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-line hover:bg-hover border-b last:border-b-0">
              {columns.map(({ title, cell, isNumber }) => (
                <td key={title} className={cx('h-9 px-4 py-1', isNumber && 'text-right whitespace-nowrap')}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
