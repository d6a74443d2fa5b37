import { memo, type ReactNode } from 'react';
import { cx } from '../ui/class-names';
import { Icon } from '../ui/icon';
import type { Column } from './column';

export interface DataRowProps<Row extends { uuid: string }> {
  row: Row;
  /** Those that are shown. */
  columns: readonly Column<Row>[];
  index: number;
  label: string;
  /** Px from the beginning of the list. */
  start: number;
  height: number;
  /** It has the focus, or would get it. */
  isActive: boolean;
  /** Undefined: rows cannot be selected. */
  isSelected: boolean | undefined;
  isFaded: boolean;
  /** Whether its menu is open; undefined: rows have none. */
  isMenuOpen: boolean | undefined;
}

/** Id of the button that opens a row's menu. */
export function menuButtonOf(uuid: string): string {
  return `actions-${uuid}`;
}

/**
 * One row; what is done to it is heard by the list. It is drawn again only when something of it is another, and of its cells only those of another
 * object: forty rows in sight are what an interaction has to draw.
 */
export const DataRow = memo(function DataRow<Row extends { uuid: string }>(props: DataRowProps<Row>) {
  const { row, columns, index, label, start, height, isActive, isSelected, isFaded, isMenuOpen } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-label={label}
      aria-selected={isSelected}
      data-index={index}
      tabIndex={isActive ? 0 : -1}
      style={{ height, transform: `translateY(${start}px)` }}
      className={cx(
        'border-line absolute inset-x-0 top-0 grid cursor-default [grid-template-columns:var(--tracks)] items-center border-b contain-strict focus-visible:-outline-offset-2',
        isSelected ? 'bg-accent-soft' : 'hover:bg-hover bg-surface',
        isFaded && 'text-muted',
      )}
    >
      {isSelected !== undefined && (
        <div role="gridcell" className="h-full">
          <label className="flex h-full items-center pl-6">
            <input
              type="checkbox"
              aria-label={`Select ${label}`}
              checked={isSelected}
              readOnly
              tabIndex={-1}
              className="accent-accent size-4"
            />
          </label>
        </div>
      )}
      <RowContent row={row} columns={columns} isSelectable={isSelected !== undefined} hasMenu={isMenuOpen !== undefined} />
      {isMenuOpen !== undefined && (
        <div role="gridcell" className="flex justify-center">
          <button
            type="button"
            id={menuButtonOf(row.uuid)}
            data-row-menu
            tabIndex={-1}
            aria-label={`Actions of ${label}`}
            aria-haspopup="menu"
            aria-expanded={isMenuOpen}
            className={cx(
              'text-muted hover:bg-hover hover:text-text grid size-7 place-items-center rounded-md',
              isMenuOpen && 'bg-hover text-text',
            )}
          >
            <Icon name="more" />
          </button>
        </div>
      )}
    </div>
  );
}) as <Row extends { uuid: string }>(props: DataRowProps<Row>) => ReactNode;

interface RowContentProps<Row> {
  row: Row;
  columns: readonly Column<Row>[];
  isSelectable: boolean;
  hasMenu: boolean;
}

const RowContent = memo(function RowContent<Row>({ row, columns, isSelectable, hasMenu }: RowContentProps<Row>) {
  return columns.map(({ id, isNumber, cell }) => (
    <div
      key={id}
      role="gridcell"
      className={cx('min-w-0 truncate px-3', !isSelectable && 'first:pl-6', !hasMenu && 'last:pr-6', isNumber && 'text-right')}
    >
      {cell(row)}
    </div>
  ));
}) as <Row>(props: RowContentProps<Row>) => ReactNode;
