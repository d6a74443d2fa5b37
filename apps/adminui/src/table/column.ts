import type { ReactNode } from 'react';
import { columnVisibilityFeature, rowSelectionFeature, tableFeatures, type ColumnDef } from '@tanstack/react-table';

/** One column of a {@link DataTable}. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of the grid, beginning with its smallest width in px: `[140, '1fr']`. */
  readonly width: readonly [number, string?];
  readonly cell: (row: Row) => ReactNode;
  /** The word by which the server sorts by it; without one it cannot be sorted by. */
  readonly sortKey?: string;
  readonly isNumber?: boolean;
  /** Not shown until it is chosen. */
  readonly isHiddenAtFirst?: boolean;
}

export interface ColumnLook {
  readonly title: string;
  readonly isNumber: boolean;
  readonly sortKey: string | undefined;
  readonly track: string;
  readonly minWidth: number;
}

/** The parts of the table library that lists need; the server sorts, filters and pages. */
export const listFeatures = tableFeatures({ columnVisibilityFeature, rowSelectionFeature, columnMeta: {} as ColumnLook });
export type ListFeatures = typeof listFeatures;

export function columnDefs<Row extends { uuid: string }>(columns: readonly Column<Row>[]): ColumnDef<ListFeatures, Row>[] {
  return columns.map(({ id, title, width: [minWidth, grow], sortKey, isNumber = false }) => ({
    id,
    header: title,
    meta: { title, isNumber, sortKey, minWidth, track: grow ? `minmax(${minWidth}px,${grow})` : `${minWidth}px` },
  }));
}
