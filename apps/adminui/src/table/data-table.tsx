import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { arrivals } from '../live/arrivals';
import { Button } from '../ui/button';
import { columnDefs, listFeatures, type Column } from './column';
import { HeaderRow } from './header-row';
import { toggled, withRange, type Selection } from './selection';
import { DataRow } from './table-row';
import { useRowKeys } from './use-row-keys';

const rowHeight = 36;

export interface DataTableProps<Row extends { uuid: string }> {
  /** What the list is of; for those who hear it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly hidden?: Readonly<Record<string, boolean>>;
  readonly rows: readonly Row[];
  /** How many there are in all, when that is known; what is not loaded yet comes by scrolling. */
  readonly total?: number | undefined;
  readonly nameOf: (row: Row) => string;
  readonly onOpen: (row: Row, event?: MouseEvent) => void;
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string) => void;
  readonly selection?: Selection;
  readonly onSelect?: (selection: Selection) => void;
  /** As stable as it can be: a new one draws every row anew. */
  readonly menuOf?: (row: Row) => ReactNode;
  readonly isFaded?: (row: Row) => boolean;
  readonly hasMore?: boolean;
  readonly onMore?: () => void;
  /** How many rows have come into being that are not shown yet. */
  readonly arrived?: number;
  readonly onShowArrived?: () => void;
}

const nothing: Selection = {};
const allShown = {};

/**
 * The list of the portal: fixed rows of which only those in sight exist, a header that stays, one row in the tab order. While it is pointed at
 * or scrolled, no row comes in above what is being read.
 */
export function DataTable<Row extends { uuid: string }>(props: DataTableProps<Row>) {
  const { rows, columns, hidden, selection = nothing, onSelect, hasMore = false, onMore, menuOf, arrived = 0 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const defs = useMemo(() => columnDefs(columns), [columns]);
  const table = useTable({
    features: listFeatures,
    columns: defs,
    data: rows,
    getRowId: (row) => row.uuid,
    state: { rowSelection: selection, columnVisibility: hidden ?? allShown },
  });
  const modelRows = table.getRowModel().rows;
  const ids = useMemo(() => rows.map(({ uuid }) => uuid), [rows]);
  const virtual = useVirtualizer({
    count: modelRows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: rowHeight,
  });
  const keys = useRowKeys({
    ids,
    scrollTo: (index) => virtual.scrollToIndex(index),
    open: (index) => props.onOpen(rows[index]!),
    selection,
    onSelect,
    body,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= modelRows.length - 40) onMore?.();
  }, [hasMore, last, modelRows.length, onMore]);
  const reading = useHold();

  const shown = useMemo(() => columns.filter(({ id }) => hidden?.[id] !== false), [columns, hidden]);
  const looks = table.getVisibleLeafColumns().map((column) => column.columnDef.meta!);
  const tracks = [...(onSelect ? ['48px'] : []), ...looks.map(({ track }) => track), ...(menuOf ? ['44px'] : [])].join(' ');
  const minWidth = looks.reduce((sum, look) => sum + look.minWidth, 0) + (onSelect ? 48 : 0) + (menuOf ? 44 : 0);
  const isAllSelected = ids.length > 0 && ids.every((id) => selection[id]);

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {arrived > 0 && (
        <Button
          look="primary"
          icon="up"
          className="appear absolute top-11 left-1/2 z-10 -translate-x-1/2 shadow-pop"
          onClick={props.onShowArrived}
        >
          {`${arrived} new – show`}
        </Button>
      )}
      <div
        ref={scroller}
        role="grid"
        aria-label={props.caption}
        aria-rowcount={props.total ?? (hasMore ? -1 : modelRows.length + 1)}
        aria-multiselectable={onSelect ? true : undefined}
        onKeyDown={keys.onKeyDown}
        onScroll={(event) => reading.set('scrolled', event.currentTarget.scrollTop > 4)}
        className="min-h-0 flex-1 overflow-auto"
      >
        <div style={{ minWidth }}>
          <HeaderRow
            looks={looks}
            tracks={tracks}
            sort={props.sort}
            onSort={props.onSort}
            hasMenu={menuOf !== undefined}
            selected={isAllSelected ? 'all' : ids.some((id) => selection[id]) ? 'some' : 'none'}
            onSelectAll={onSelect && (() => onSelect(isAllSelected ? {} : withRange(selection, ids, 0, ids.length - 1)))}
          />
          <div
            ref={body}
            role="rowgroup"
            className="relative"
            style={{ height: virtual.getTotalSize() }}
            onPointerEnter={() => reading.set('pointed', true)}
            onPointerLeave={() => reading.set('pointed', false)}
          >
            {items.map(({ index, start }) => {
              const row = modelRows[index]!;
              return (
                <DataRow
                  key={row.id}
                  row={row.original}
                  columns={shown}
                  index={index}
                  label={props.nameOf(row.original)}
                  style={{ height: rowHeight, transform: `translateY(${start}px)`, gridTemplateColumns: tracks }}
                  isActive={index === keys.active}
                  isSelected={selection[row.id] ?? false}
                  isFaded={props.isFaded?.(row.original) ?? false}
                  onToggle={
                    onSelect &&
                    ((isRange) => onSelect(isRange ? withRange(selection, ids, keys.active, index) : toggled(selection, row.id)))
                  }
                  onActive={() => keys.setActive(index)}
                  onOpen={(event) => props.onOpen(row.original, event)}
                  menuOf={menuOf}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

/** Holds the list still while any of its reasons is given. */
function useHold(): { set: (reason: string, isGiven: boolean) => void } {
  const [reasons, setReasons] = useState<readonly string[]>([]);
  const isHeld = reasons.length > 0;
  useEffect(() => (isHeld ? arrivals.hold() : undefined), [isHeld]);
  return {
    set: (reason, isGiven) =>
      setReasons((now) => (now.includes(reason) === isGiven ? now : isGiven ? [...now, reason] : now.filter((each) => each !== reason))),
  };
}
