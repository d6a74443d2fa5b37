import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { operatorRoutes as routes, type adminapi } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { queryClient } from '../../api/query-client';
import { serverQuery } from '../../api/queries';
import { FailedPage } from '../../shell/failed-page';
import { PageHead } from '../../shell/page';
import { Button } from '../../ui/button';
import { cores, countOf, gibibytes, mebibytes } from '../../ui/amounts';
import { Flash } from '../../ui/flash';
import { Meter } from '../../ui/meter';
import { Panel } from '../../ui/panel';
import { StateBadge } from '../../ui/state-badge';
import { EmptyState, Loading } from '../../ui/states';
import { Tabs, type Tab } from '../../ui/tabs';
import { toast } from '../../ui/toasts';
import { Uuid } from '../../ui/uuid';
import { listedFilter } from '../instances/filter';
import { InstancesTable } from '../instances/instances-table';
import { Capabilities } from './capabilities';
import { Heartbeat } from './columns';
import { ServerDetails } from './server-details';
import { ServerFigures } from './server-figures';

const route = getRouteApi('/signed-in/servers/$uuid');

export function ServerPage(): ReactNode {
  const { uuid } = route.useParams();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: server, error, refetch } = useQuery(serverQuery(uuid));
  const reserve = useMutation({
    mutationFn: (reserved: boolean) =>
      call(routes.updateServer, { params: { uuid }, body: { reserved }, ...(server && { ifVersion: server.version }) }),
    onSuccess: (now) => queryClient.setQueryData(serverQuery(uuid).queryKey, now),
    onError: (problem) => {
      toast('bad', problem.message);
      void refetch();
    },
  });
  if (error && !server) return <FailedPage error={error} onRetry={() => void refetch()} />;
  if (!server) return <Loading rows={10} />;
  const tabs: Tab[] = [
    { id: 'overview', title: 'Overview', content: () => <Overview server={server} /> },
    { id: 'instances', title: 'Instances', content: () => <Instances uuid={uuid} /> },
    { id: 'capabilities', title: 'What it can do', content: () => <Capabilities server={server} /> },
  ];
  return (
    <>
      <PageHead
        title={server.hostname}
        above={
          <Link to="/servers" className="hover:text-text hover:underline">
            Servers
          </Link>
        }
        beside={
          <>
            <Flash value={server.state}>
              <StateBadge state={server.state} />
            </Flash>
            {server.reserved && <span className="text-warn">reserved: nothing new is placed here</span>}
          </>
        }
        actions={
          <Button isBusy={reserve.isPending} onClick={() => reserve.mutate(!server.reserved)}>
            {server.reserved ? 'Allow new instances' : 'Keep new instances away'}
          </Button>
        }
      >
        <Uuid uuid={server.uuid} isWhole />
        <span>{server.driver}</span>
        <span>
          heard of <Heartbeat state={server.state} at={server.last_heartbeat} />
        </span>
      </PageHead>
      <Tabs
        tabs={tabs}
        shown={tab}
        label="Of this server"
        onShow={(id) => void navigate({ to: '.', search: id === 'overview' ? {} : { tab: id }, replace: true })}
      />
    </>
  );
}

function Overview({ server }: { server: adminapi.ServerObject }) {
  const { sellable, reserved_for: used } = server;
  return (
    <div className="flex flex-col gap-4">
      <ServerFigures server={server} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="Promised to instances" aside={<span className="text-muted">{countOf(used.instances, 'instance')}</span>}>
          <div className="flex flex-col gap-4">
            <Capacity title="Memory" used={used.memory_mib} total={sellable.memory_mib} write={mebibytes} />
            <Capacity title="CPU" used={used.cpu_percent} total={sellable.cpu_percent} write={cores} />
            <Capacity title="Disk" used={used.disk_gib} total={sellable.disk_gib} write={gibibytes} />
          </div>
        </Panel>
        <ServerDetails server={server} />
      </div>
    </div>
  );
}

function Instances({ uuid }: { uuid: string }) {
  const [sort, setSort] = useState<string>();
  return (
    <section
      aria-label="Instances on this server"
      className="border-line bg-surface flex h-[calc(100dvh-18rem)] min-h-80 flex-col overflow-hidden rounded-lg border pt-3"
    >
      <InstancesTable
        without="server"
        filter={listedFilter({ server_uuid: uuid, ...(sort !== undefined && { sort }) })}
        onSort={setSort}
        tools={<h2 className="font-semibold">Instances</h2>}
        empty={<EmptyState icon="instances" title="No instances here" />}
      />
    </section>
  );
}

function Capacity({ title, used, total, write }: { title: string; used: number; total: number; write: (n: number) => string }) {
  const percent = total === 0 ? 0 : Math.round((used / total) * 100);
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between">
        <span className="font-medium">{title}</span>
        <span>
          {write(used)} <span className="text-muted">of {write(total)}</span>{' '}
          <span className="inline-block w-12 text-right">{percent} %</span>
        </span>
      </div>
      <Meter isWide label={title} used={used} total={total} />
    </div>
  );
}
