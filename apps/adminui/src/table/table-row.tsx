import type { Row as TableRow } from '@tanstack/react-table';
import type { CSSProperties, MouseEvent, ReactNode } from 'react';
import { cx } from '../ui/class-names';
import type { ListFeatures } from './column';
import { openRowMenu } from './use-row-keys';

export interface DataRowProps<Row extends { uuid: string }> {
  row: TableRow<ListFeatures, Row>;
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
  menu: ReactNode;
}

/** One row. A press on it opens it; links and buttons in it do what they say. */
export function DataRow<Row extends { uuid: string }>(props: DataRowProps<Row>) {
  const { row, index, label, style, isActive, isSelected, isFaded, onToggle, onActive, onOpen, menu } = props;
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
        if (!menu) return;
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
      {row.getVisibleCells().map((cell) => (
        <div
          key={cell.id}
          role="gridcell"
          className={cx(
            'min-w-0 truncate px-3',
            !onToggle && 'first:pl-6',
            !menu && 'last:pr-6',
            cell.column.columnDef.meta?.isNumber && 'text-right',
          )}
        >
          {(cell.column.columnDef.cell as (context: unknown) => ReactNode)(cell.getContext())}
        </div>
      ))}
      {menu && (
        <div role="gridcell" className="flex justify-center">
          {menu}
        </div>
      )}
    </div>
  );
}
