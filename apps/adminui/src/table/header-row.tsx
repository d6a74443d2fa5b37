import { cx } from '../ui/class-names';
import { Icon } from '../ui/icon';
import type { ColumnLook } from './column';

/** Titles of the columns, which sort, and the box that selects all that is loaded. */
export function HeaderRow({
  looks,
  sort,
  onSort,
  hasMenu,
  selected,
  onSelectAll,
}: {
  looks: readonly ColumnLook[];
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
  hasMenu: boolean;
  selected: 'all' | 'some' | 'none';
  onSelectAll: (() => void) | undefined;
}) {
  return (
    <div role="rowgroup" className="bg-surface sticky top-0 z-[5]">
      <div
        role="row"
        aria-rowindex={1}
        className="border-line text-muted grid h-9 [grid-template-columns:var(--tracks)] items-center border-b text-xs font-medium"
      >
        {onSelectAll && (
          <div role="columnheader" className="flex pl-6">
            <input
              type="checkbox"
              aria-label="Select all rows that are loaded"
              ref={(box) => {
                if (box) box.indeterminate = selected === 'some';
              }}
              checked={selected === 'all'}
              onChange={onSelectAll}
              className="accent-accent size-4"
            />
          </div>
        )}
        {looks.map((look) => {
          const { title, isNumber, sortKey } = look;
          const direction =
            sortKey !== undefined && sort === `${sortKey}.asc` ? 'ascending' : sort === `${sortKey}.desc` ? 'descending' : 'none';
          return (
            <div
              key={title}
              role="columnheader"
              aria-sort={sortKey === undefined ? undefined : direction}
              className={cx('min-w-0 truncate px-3', !onSelectAll && 'first:pl-6', !hasMenu && 'last:pr-6', isNumber && 'text-right')}
            >
              {sortKey === undefined || !onSort ? (
                title
              ) : (
                <button
                  type="button"
                  onClick={() => onSort(`${sortKey}.${direction === 'ascending' ? 'desc' : 'asc'}`)}
                  className={cx('hover:text-text inline-flex h-7 items-center gap-1', direction !== 'none' && 'text-text')}
                >
                  {title}
                  {direction !== 'none' && <Icon name={direction === 'ascending' ? 'up' : 'down'} size={12} />}
                </button>
              )}
            </div>
          );
        })}
        {hasMenu && (
          <div role="columnheader">
            <span className="sr-only">Actions</span>
          </div>
        )}
      </div>
    </div>
  );
}
