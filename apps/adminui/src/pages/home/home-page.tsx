import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import type { ReplyOf } from '../../api/call';
import { attentionQuery } from '../../api/queries';
import { FailedPage } from '../../shell/failed-page';
import { PageHead } from '../../shell/page';
import { cores, count, countOf, gibibytes, mebibytes } from '../../ui/amounts';
import { Meter } from '../../ui/meter';
import { Panel } from '../../ui/panel';
import { Mark, toneOfState } from '../../ui/state-badge';
import { Loading } from '../../ui/states';
import { AttentionQueue } from './attention-queue';
import { RecentJobs } from './recent-jobs';
import { Runway } from './runway';

type Attention = ReplyOf<typeof adminapi.getAttention>;

/** What an operator asks first: is anything broken, is anything running out, what happens right now. */
export function HomePage(): ReactNode {
  const { data, error, refetch } = useQuery(attentionQuery);
  if (error && !data) return <FailedPage error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading rows={10} />;
  return (
    <>
      <PageHead title={data.items.length === 0 ? 'All is well' : `${countOf(data.items.length, 'thing')} to look at`} />
      <div className="grid items-start gap-4 px-6 pb-6 xl:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <AttentionQueue items={data.items} />
          <RecentJobs />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <States title="Instances" to="/instances" counts={data.counts.vms} />
          <States title="Servers" to="/servers" counts={data.counts.servers} />
          <CapacityPanel capacity={data.capacity} />
          <Runway />
        </div>
      </div>
    </>
  );
}

/** How many there are in each state; each leads to just those. */
function States({ title, to, counts }: { title: string; to: '/instances' | '/servers'; counts: Partial<Record<string, number>> }) {
  const present = Object.entries(counts).filter((entry): entry is [string, number] => (entry[1] ?? 0) > 0);
  return (
    <Panel
      title={title}
      aside={
        <Link to={to} className="text-muted hover:text-text hover:underline">
          all
        </Link>
      }
    >
      {present.length === 0 && <p className="text-muted">None yet.</p>}
      <ul className="flex flex-wrap gap-x-8 gap-y-3">
        {present.map(([state, n]) => (
          <li key={state}>
            <Link to={to} search={{ state }} className="group block">
              <span className="block text-xl leading-7 font-semibold tracking-tight group-hover:underline">{count(n)}</span>
              <span className="text-muted flex items-center gap-1.5 text-xs">
                <Mark tone={toneOfState(state)} size={8} /> {state}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function CapacityPanel({ capacity: { sellable, reserved } }: { capacity: Attention['capacity'] }) {
  const rows = [
    ['Memory', reserved.memory_mib, sellable.memory_mib, mebibytes],
    ['CPU', reserved.cpu_percent, sellable.cpu_percent, cores],
    ['Disk', reserved.disk_gib, sellable.disk_gib, gibibytes],
  ] as const;
  return (
    <Panel title="Promised, of all servers that are up">
      <div className="flex flex-col gap-3.5">
        {rows.map(([title, used, total, write]) => (
          <div key={title}>
            <div className="mb-1.5 flex items-baseline justify-between">
              <span className="font-medium">{title}</span>
              <span>
                {write(used)}{' '}
                <span className="text-muted">
                  of {write(total)}, {write(Math.max(0, total - used))} left
                </span>
              </span>
            </div>
            <Meter isWide label={title} used={used} total={total} />
          </div>
        ))}
      </div>
    </Panel>
  );
}
