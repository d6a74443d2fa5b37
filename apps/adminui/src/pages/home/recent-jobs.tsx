import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { jobsQuery } from '../../api/queries';
import { Panel } from '../../ui/panel';
import { PlainTable } from '../../ui/plain-table';
import { EmptyState, ErrorState, Loading } from '../../ui/states';
import { jobColumns } from '../jobs/columns';

const shown = ['name', 'state', 'vm', 'owner', 'created', 'took'];
const columns = jobColumns
  .filter(({ id }) => shown.includes(id))
  .map(({ title, cell, isNumber }) => ({ title, cell, ...(isNumber && { isNumber }) }));

/** What happens right now. */
export function RecentJobs() {
  const { data, error, refetch } = useInfiniteQuery(jobsQuery({}));
  const jobs = data?.pages[0]?.items.slice(0, 10);
  return (
    <Panel
      title="Latest jobs"
      isFlush
      aside={
        <Link to="/jobs" className="text-muted hover:text-text hover:underline">
          all
        </Link>
      }
    >
      {error && !jobs ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !jobs ? (
        <Loading />
      ) : jobs.length === 0 ? (
        <EmptyState icon="jobs" title="Nothing has been done yet" />
      ) : (
        <PlainTable caption="Latest jobs" columns={columns} rows={jobs} keyOf={({ uuid }) => uuid} />
      )}
    </Panel>
  );
}
