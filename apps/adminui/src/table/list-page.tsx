import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { PageHead } from '../shell/page';
import { countOf } from '../ui/amounts';
import type { IconName } from '../ui/icon';
import { EmptyState, ErrorState, Loading } from '../ui/states';
import { DataTable, type DataTableProps } from './data-table';

interface ListPageProps<Row extends { uuid: string }> extends Omit<DataTableProps<Row>, 'caption' | 'total'> {
  /** `Accounts`. */
  readonly title: string;
  /** `account`. */
  readonly one: string;
  readonly icon: IconName;
  readonly actions?: ReactNode;
  /** What narrows the list. */
  readonly tools?: ReactNode;
  readonly isNarrowed?: boolean;
  /** Where the rows come from. */
  readonly list: Pick<UseQueryResult, 'data' | 'error' | 'isPending' | 'refetch'>;
  /** There are more than were read. */
  readonly isCut?: boolean;
  /** What to do, or to know, while there is none at all. */
  readonly hint?: ReactNode;
  /** Dialogs. */
  readonly children?: ReactNode;
}

/** A page of one list that is in memory as a whole: its head, what narrows it, and its rows, or why there are none. */
export function ListPage<Row extends { uuid: string }>(props: ListPageProps<Row>) {
  const { title, one, actions, tools, list, rows, isCut = false, children } = props;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHead title={title} actions={actions} />
      {tools && (
        <div className="flex flex-wrap items-center gap-2 px-6 pb-3">
          {tools}
          <span className="text-muted ml-auto" role="status">
            {list.data !== undefined && `${isCut ? 'the first ' : ''}${countOf(rows.length, one)}`}
          </span>
        </div>
      )}
      <div className="border-line flex min-h-0 flex-1 flex-col border-t">
        <Rows {...props} />
      </div>
      {children}
    </div>
  );
}

function Rows<Row extends { uuid: string }>({ title, one, icon, list, isNarrowed = false, hint, ...table }: ListPageProps<Row>) {
  if (list.isPending) return <Loading rows={12} />;
  if (list.error && list.data === undefined) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (table.rows.length > 0) return <DataTable {...table} caption={title} total={table.rows.length} />;
  return (
    <EmptyState icon={icon} title={isNarrowed ? `No ${one} matches` : `No ${one}s yet`}>
      {!isNarrowed && hint}
    </EmptyState>
  );
}
