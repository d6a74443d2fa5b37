import { memo, type CSSProperties, type MouseEvent, type ReactNode } from 'react';
import { cx } from '../ui/class-names';
import type { Column } from './column';
import { openRowMenu } from './use-row-keys';

export interface DataRowProps<Row extends { uuid: string }> {
  row: Row;
  /** Those that are shown. */
  columns: readonly Column<Row>[];
  index: number;
  label: string;
  style: CSSProperties;
  isActive: boolean;
  isSelected: boolean;
  isFaded: boolean;
  /** Undefined: rows cannot be selected. */
  onToggle: ((isRange: boolean) => void) | undefined;
  onActive: () => void;
  onOpen: (event: MouseEvent) => void;
  menuOf: ((row: Row) => ReactNode) | undefined;
}

/** One row. A press on it opens it; links and buttons in it do what they say. */
export function DataRow<Row extends { uuid: string }>(props: DataRowProps<Row>) {
  const { row, columns, index, label, style, isActive, isSelected, isFaded, onToggle, onActive, onOpen, menuOf } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-label={label}
      aria-selected={onToggle ? isSelected : undefined}
      data-index={index}
      tabIndex={isActive ? 0 : -1}
      style={style}
      onFocus={onActive}
      onClick={(event) => {
        const isOnControl = (event.target as Element).closest('a, button, input, label, [role=menu]');
        if (!isOnControl && !window.getSelection()?.toString()) onOpen(event);
      }}
      onContextMenu={(event) => {
        if (!menuOf) return;
        event.preventDefault();
        openRowMenu(event.currentTarget);
      }}
      className={cx(
        'border-line absolute inset-x-0 top-0 grid cursor-default items-center border-b focus-visible:-outline-offset-2',
        isSelected ? 'bg-accent-soft' : 'hover:bg-hover bg-surface',
        isFaded && 'text-muted',
      )}
    >
      {onToggle && (
        <div role="gridcell" className="flex h-full items-center">
          <label className="flex h-full w-full items-center pl-6">
            <span className="sr-only">Select {label}</span>
            <input
              type="checkbox"
              checked={isSelected}
              tabIndex={-1}
              onChange={() => undefined}
              onClick={(event) => onToggle(event.shiftKey)}
              className="accent-accent size-4"
            />
          </label>
        </div>
      )}
      <RowContent row={row} columns={columns} isSelectable={onToggle !== undefined} menuOf={menuOf} />
    </div>
  );
}

interface RowContentProps<Row> {
  row: Row;
  columns: readonly Column<Row>[];
  isSelectable: boolean;
  menuOf: ((row: Row) => ReactNode) | undefined;
}

/** Apart from the row itself, so that a step of the focus or a selection does not draw the cells and menus of every row in sight again. */
const RowContent = memo(function RowContent<Row>({ row, columns, isSelectable, menuOf }: RowContentProps<Row>) {
  return (
    <>
      {columns.map(({ id, isNumber, cell }) => (
        <div
          key={id}
          role="gridcell"
          className={cx('min-w-0 truncate px-3', !isSelectable && 'first:pl-6', !menuOf && 'last:pr-6', isNumber && 'text-right')}
        >
          {cell(row)}
        </div>
      ))}
      {menuOf && (
        <div role="gridcell" className="flex justify-center">
          {menuOf(row)}
        </div>
      )}
    </>
  );
}) as <Row>(props: RowContentProps<Row>) => ReactNode;
