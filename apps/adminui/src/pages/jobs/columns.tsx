import type { Job } from '../../api/queries';
import { AccountLink } from '../../api/names';
import { ObjectLink } from '../../api/object-link';
import { VmLink } from '../../api/vm-names';
import type { Column } from '../../table/column';
import { duration } from '../../ui/amounts';
import { Flash } from '../../ui/flash';
import { StateBadge } from '../../ui/state-badge';
import { Time } from '../../ui/time';
import { Uuid } from '../../ui/uuid';

/** How long a job took, from when a worker took it up; undefined while it runs. */
export function durationOf({
  started_at,
  created_at,
  finished_at,
}: Pick<Job, 'started_at' | 'created_at' | 'finished_at'>): number | undefined {
  return finished_at === undefined ? undefined : Date.parse(finished_at) - Date.parse(started_at ?? created_at);
}

export const jobColumns: readonly Column<Job>[] = [
  {
    id: 'name',
    title: 'Job',
    width: [150, '1fr'],
    cell: (job) => (
      <ObjectLink to="jobs" uuid={job.uuid} className="font-medium">
        {job.name}
      </ObjectLink>
    ),
  },
  {
    id: 'state',
    title: 'State',
    width: [120],
    cell: (job) => (
      <Flash key={job.uuid} value={job.execution}>
        <StateBadge state={job.execution} of="job" />
      </Flash>
    ),
  },
  {
    id: 'vm',
    title: 'Instance',
    width: [140, '1fr'],
    cell: (job) => <VmLink uuid={job.vm_uuid} />,
  },
  { id: 'owner', title: 'Account', width: [110, '1fr'], cell: (job) => <AccountLink uuid={job.owner_uuid} /> },
  { id: 'created', title: 'Asked for', width: [110], cell: (job) => <Time at={job.created_at} /> },
  {
    id: 'took',
    title: 'Took',
    width: [100],
    isNumber: true,
    cell: (job) => {
      const took = durationOf(job);
      return took === undefined ? <span className="text-muted">–</span> : duration(took);
    },
  },
  {
    id: 'error',
    title: 'Error',
    width: [200, '2fr'],
    cell: (job) => job.error && <span title={job.error.message}>{job.error.message}</span>,
  },
  { id: 'uuid', title: 'Id', width: [130], cell: (job) => <Uuid uuid={job.uuid} /> },
];
