import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { vmCountQuery, vmsQuery, type Vm, type VmFilter } from '../../api/queries';
import { arrivals, useArrivals } from '../../live/arrivals';
import { router } from '../../router';
import { DataTable } from '../../table/data-table';
import { ColumnsMenu, useHiddenColumns } from '../../table/columns-menu';
import { useListedRows } from '../../table/use-listed-rows';
import { selectedIds, type Selection } from '../../table/selection';
import { count, countOf } from '../../ui/amounts';
import { ErrorState, Loading } from '../../ui/states';
import { ActionItems } from './action-items';
import { SelectionBar } from './selection-bar';
import { vmColumns } from './columns';
import { usualSort } from './filter';
import { useInstanceAction } from './use-instance-action';

/** A live list of instances: the whole cloud's, a server's, an account's. */
export function InstancesTable({
  filter,
  onSort,
  tools,
  empty,
  without,
}: {
  filter: VmFilter;
  onSort: (sort: string) => void;
  /** What stands above it, at the left. */
  tools?: ReactNode;
  empty: ReactNode;
  /** The column that would say the same in every row. */
  without?: 'owner' | 'server';
}) {
  const list = useInfiniteQuery({
    ...vmsQuery(filter),
    placeholderData: (rows, query) => (isOfSame(query?.queryKey.at(-1), filter) ? rows : undefined),
  });
  const total = useQuery(vmCountQuery(filter)).data;
  const arrived = useArrivals();
  const [hidden, setHidden] = useHiddenColumns('instances', vmColumns);
  const columns = useMemo(() => vmColumns.filter(({ id }) => id !== without), [without]);
  const filterName = JSON.stringify(filter);
  const { rows, listId, isOld, isPending, more } = useListedRows(list, filterName);
  const [kept, setKept] = useState<{ of: string; selection: Selection }>({ of: filterName, selection: {} });
  // What is selected belongs to the list it was selected in.
  const selection = kept.of === filterName ? kept.selection : {};
  const select = (next: Selection): void => {
    if (!isOld) setKept({ of: filterName, selection: next });
  };
  const clear = useCallback(() => setKept(({ of }) => ({ of, selection: {} })), []);
  const { act, dialog } = useInstanceAction(clear);
  const menuOf = (vm: Vm): ReactNode => <ActionItems vm={vm} onAct={(action) => act(action, [vm])} />;

  const selected = useMemo(() => rows.filter(({ uuid }) => selection[uuid]), [rows, selection]);
  const showArrived = (): void => {
    arrivals.clear();
    void list.refetch();
  };
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div className="border-line flex flex-wrap items-center gap-2 border-b px-6 pb-3">
        {tools}
        <span className="text-muted ml-auto" role="status">
          {total === undefined
            ? ''
            : rows.length < total && rows.length > 0
              ? `${count(rows.length)} of ${countOf(total, 'instance')}`
              : countOf(total, 'instance')}
        </span>
        <ColumnsMenu columns={columns} hidden={hidden} onChange={setHidden} />
      </div>
      {isPending ? (
        <Loading rows={12} />
      ) : list.isError && rows.length === 0 ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        empty
      ) : (
        <DataTable
          caption="Instances"
          columns={columns}
          hidden={hidden}
          rows={rows}
          listId={listId}
          isOld={isOld}
          total={total}
          nameOf={nameOf}
          onOpen={(vm, event) => {
            const location = { to: '/instances/$uuid', params: { uuid: vm.uuid } } as const;
            if (event?.ctrlKey || event?.metaKey) window.open(router.buildLocation(location).href, '_blank');
            else void router.navigate(location);
          }}
          sort={filter.sort ?? usualSort}
          onSort={onSort}
          selection={selection}
          onSelect={select}
          menuOf={menuOf}
          isFaded={isGone}
          hasMore={list.hasNextPage}
          onMore={more}
          arrived={arrived}
          onShowArrived={showArrived}
          hasBar={selectedIds(selection).length > 0}
        />
      )}
      {selectedIds(selection).length > 0 && (
        <SelectionBar
          selected={selected}
          loaded={rows.length}
          filter={filter}
          total={total}
          onAct={(action, vms) => act(action, vms)}
          onClear={clear}
        />
      )}
      {dialog}
    </div>
  );
}

/** Whether two lists are of the same server, account and image: then one may stand until the other is there. */
function isOfSame(other: unknown, filter: VmFilter): boolean {
  const before = other as VmFilter | undefined;
  return before !== undefined && (['server_uuid', 'owner_uuid', 'image_uuid'] as const).every((key) => before[key] === filter[key]);
}

const nameOf = (vm: Vm): string => vm.alias;
const isGone = (vm: Vm): boolean => vm.state === 'destroyed';
