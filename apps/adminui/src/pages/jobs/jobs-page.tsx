import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { jobsQuery, type Job, type JobFilter } from '../../api/queries';
import { jobStates } from '../../api/states';
import { arrivals, useArrivals } from '../../live/arrivals';
import { router } from '../../router';
import { PageHead } from '../../shell/page';
import { DataTable } from '../../table/data-table';
import { FilterMenu } from '../../table/filter-menu';
import { useListedRows } from '../../table/use-listed-rows';
import { Button } from '../../ui/button';
import { EmptyState, ErrorState, Loading } from '../../ui/states';
import { jobColumns } from './columns';

const route = getRouteApi('/signed-in/jobs');
/** The workflows of instances; the route takes one at a time. */
const workflows = ['vm.provision', 'vm.start', 'vm.stop', 'vm.reboot', 'vm.resize', 'vm.destroy', 'vm.forget', 'vm.repair'];

export function JobsPage(): ReactNode {
  const search: JobFilter = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = (change: JobFilter): void => void navigate({ to: '.', search: { ...search, ...change }, replace: true });
  const list = useInfiniteQuery({ ...jobsQuery(search), placeholderData: keepPreviousData });
  const arrived = useArrivals();
  const { rows, listId, isOld, isPending, more } = useListedRows(list, JSON.stringify(search));
  const isNarrowed = Object.values(search).some(Boolean);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHead title="Jobs" />
      <div className="border-line flex flex-wrap items-center gap-2 border-b px-6 pb-3">
        <FilterMenu title="State" options={jobStates} value={search.execution} onChange={(execution) => narrow({ execution })} />
        <FilterMenu
          title="Workflow"
          options={workflows}
          value={search.name}
          onChange={(names) => narrow({ name: names?.split(',').find((name) => name !== search.name) })}
        />
        {isNarrowed && (
          <Button look="quiet" icon="close" onClick={() => void navigate({ to: '.', search: {}, replace: true })}>
            Clear
          </Button>
        )}
      </div>
      {isPending ? (
        <Loading rows={12} />
      ) : list.isError && rows.length === 0 ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState icon="jobs" title={isNarrowed ? 'No job matches' : 'No jobs yet'}>
          Whatever is done to an instance is a job, and appears here with its steps.
        </EmptyState>
      ) : (
        <DataTable
          caption="Jobs"
          columns={jobColumns}
          rows={rows}
          listId={listId}
          isOld={isOld}
          nameOf={nameOf}
          onOpen={(job) => void router.navigate({ to: '/jobs/$uuid', params: { uuid: job.uuid } })}
          hasMore={list.hasNextPage}
          onMore={more}
          arrived={arrived}
          onShowArrived={() => {
            arrivals.clear();
            void list.refetch();
          }}
        />
      )}
    </div>
  );
}

const nameOf = (job: Job): string => `${job.name} ${job.execution}`;
