import { useQuery } from '@tanstack/react-query';
import { vmJobsQuery } from '../../api/queries';
import { Panel } from '../../ui/panel';
import { PlainTable } from '../../ui/plain-table';
import { EmptyState, ErrorState, Loading } from '../../ui/states';
import { jobColumns } from '../jobs/columns';

export function JobsTab({ uuid }: { uuid: string }) {
  const { data: jobs, error, refetch } = useQuery(vmJobsQuery(uuid));
  return (
    <Panel title="Jobs" isFlush>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !jobs ? (
        <Loading />
      ) : jobs.length === 0 ? (
        <EmptyState icon="jobs" title="No jobs" />
      ) : (
        <PlainTable
          caption="Jobs of this instance"
          columns={jobColumns
            .filter(({ id }) => id !== 'vm')
            .map(({ title, cell, isNumber }) => ({ title, cell, ...(isNumber && { isNumber }) }))}
          rows={jobs}
          keyOf={({ uuid: job }) => job}
        />
      )}
    </Panel>
  );
}
