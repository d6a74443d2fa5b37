import { useTable } from '@tanstack/react-table';
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { arrivals } from '../live/arrivals';
import { Button } from '../ui/button';
import { columnDefs, listFeatures, type Column } from './column';
import { HeaderRow } from './header-row';
import { RowMenu, type OpenRowMenu } from './row-menu';
import { toggled, withRange, type Selection } from './selection';
import { DataRow, menuButtonOf } from './table-row';
import { noSlots, slotted, type Slots } from './slots';
import { useRowEvents } from './use-row-events';
import { useRowKeys } from './use-row-keys';

const rowHeight = 36;
const barHeight = 48;

export interface DataTableProps<Row extends { uuid: string }> {
  /** What the list is of; for those who hear it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly hidden?: Readonly<Record<string, boolean>>;
  readonly rows: readonly Row[];
  /** Another one: the rows are of another list, which is read from its beginning. */
  readonly listId?: string;
  /** They are not what was asked for last, which is on its way. */
  readonly isOld?: boolean;
  /** How many there are in all, when that is known; what is not loaded yet comes by scrolling. */
  readonly total?: number | undefined;
  readonly nameOf: (row: Row) => string;
  readonly onOpen: (row: Row, event?: MouseEvent) => void;
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string) => void;
  readonly selection?: Selection;
  readonly onSelect?: (selection: Selection) => void;
  /** What stands in a row's menu. */
  readonly menuOf?: (row: Row) => ReactNode;
  readonly isFaded?: (row: Row) => boolean;
  readonly hasMore?: boolean;
  readonly onMore?: () => void;
  /** How many rows have come into being that are not shown yet. */
  readonly arrived?: number;
  readonly onShowArrived?: () => void;
  /** Something stands above the end of the list, which can then be scrolled further. */
  readonly hasBar?: boolean;
}

const nothing: Selection = {};
const allShown = {};

/**
 * The list of the portal: fixed rows of which only those in sight exist, a header that stays, one row in the tab order. While it is pointed at
 * or scrolled, or a menu of it is open, no row comes in above what is being read.
 */
export function DataTable<Row extends { uuid: string }>(props: DataTableProps<Row>) {
  const {
    rows,
    columns,
    hidden,
    listId,
    isOld,
    selection = nothing,
    onSelect,
    hasMore = false,
    onMore,
    menuOf,
    arrived = 0,
    hasBar,
  } = props;
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
  const slots = useSlots(ids);
  const reading = useHold();
  const [menu, setMenu] = useState<OpenRowMenu>();
  const menuIndex = menu ? ids.indexOf(menu.uuid) : -1;
  if (menu && menuIndex < 0) setMenu(undefined); // its row is gone
  const isMenuOpen = menuIndex >= 0;
  useEffect(() => (isMenuOpen ? arrivals.hold() : undefined), [isMenuOpen]);
  const activeRow = useRef(0);
  const virtual = useVirtualizer({
    count: modelRows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: rowHeight,
    scrollPaddingEnd: hasBar ? barHeight : 0,
    paddingEnd: hasBar ? barHeight : 0,
    // The row that has the focus stays when it is scrolled away: with it the focus would be gone.
    rangeExtractor: useCallback(
      (range: Range) => withIndex(defaultRangeExtractor(range), Math.min(activeRow.current, range.count - 1)),
      [],
    ),
  });
  const openMenu = (index: number, at?: { x: number; y: number }): void => {
    const [uuid, box] = [ids[index], body.current?.getBoundingClientRect()];
    if (uuid === undefined || !box) return;
    const isOpen = menu?.uuid === uuid && !at;
    setMenu(isOpen ? undefined : { uuid, at: at && { left: at.x - box.left, top: at.y - box.top } });
  };
  const keys = useRowKeys({
    ids,
    listId,
    scrollTo: (index) => virtual.scrollToIndex(index),
    open: (index) => props.onOpen(rows[index]!),
    openMenu: menuOf && openMenu,
    selection,
    onSelect,
    body,
  });
  activeRow.current = keys.active;
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [listId]);
  const events = useRowEvents({
    open: (index, event) => props.onOpen(rows[index]!, event),
    toggle:
      onSelect && ((index, isRange) => onSelect(isRange ? withRange(selection, ids, keys.active, index) : toggled(selection, ids[index]!))),
    setActive: keys.setActive,
    openMenu: menuOf && openMenu,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= modelRows.length - 40) onMore?.();
  }, [hasMore, last, modelRows.length, onMore]);

  const shown = useMemo(() => columns.filter(({ id }) => hidden?.[id] !== false), [columns, hidden]);
  const looks = useMemo(() => defs.filter(({ id }) => hidden?.[id!] !== false).map(({ meta }) => meta!), [defs, hidden]);
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
        aria-busy={isOld}
        aria-multiselectable={onSelect ? true : undefined}
        onKeyDown={keys.onKeyDown}
        onScroll={(event) => reading.set('scrolled', event.currentTarget.scrollTop > 4)}
        className="min-h-0 flex-1 overflow-auto"
      >
        <div style={{ minWidth, '--tracks': tracks } as CSSProperties}>
          <HeaderRow
            looks={looks}
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
            {...events}
          >
            {items.map(({ index, start }) => {
              const row = modelRows[index]!;
              return (
                <DataRow
                  key={slots.get(row.id)}
                  row={row.original}
                  columns={shown}
                  index={index}
                  label={props.nameOf(row.original)}
                  start={start}
                  height={rowHeight}
                  isActive={index === keys.active}
                  isSelected={onSelect && (selection[row.id] ?? false)}
                  isFaded={props.isFaded?.(row.original) ?? false}
                  isMenuOpen={menuOf && index === menuIndex}
                />
              );
            })}
            {menu && isMenuOpen && menuOf && (
              <RowMenu
                key={menu.uuid}
                menu={menu}
                buttonId={menuButtonOf(menu.uuid)}
                top={menuIndex * rowHeight}
                height={rowHeight}
                onClose={() => setMenu(undefined)}
                onBack={() => keys.focus(menuIndex)}
              >
                {menuOf(rows[menuIndex]!)}
              </RowMenu>
            )}
          </div>
        </div>
      </div>
    </div>
  );
}

function withIndex(indices: number[], index: number): number[] {
  return index < 0 || indices.includes(index) ? indices : [...indices, index].sort((a, b) => a - b);
}

function useSlots(ids: readonly string[]): Slots {
  const [kept, setKept] = useState(noSlots);
  const now = slotted(kept, ids);
  if (now !== kept) setKept(now);
  return now.slots;
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
