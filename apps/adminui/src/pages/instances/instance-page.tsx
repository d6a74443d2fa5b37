import { useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { AccountLink, ServerLink } from '../../api/names';
import { jobQuery, vmQuery } from '../../api/queries';
import { FailedPage } from '../../shell/failed-page';
import { PageHead } from '../../shell/page';
import { JobSteps } from '../jobs/job-steps';
import { Button } from '../../ui/button';
import { Flash } from '../../ui/flash';
import { Icon } from '../../ui/icon';
import { Menu } from '../../ui/menu';
import { StateBadge } from '../../ui/state-badge';
import { Loading } from '../../ui/states';
import { Tabs, type Tab } from '../../ui/tabs';
import { Uuid } from '../../ui/uuid';
import { ActionItems } from './action-items';
import { actionOf } from './actions';
import { ConsoleTab } from './console/console-tab';
import { useConsoleReason } from './console/use-console-reason';
import { conditionText } from './conditions';
import { HistoryTab } from './history-tab';
import { JobsTab } from './jobs-tab';
import { MetadataTab } from './metadata-tab';
import { NetworkTab } from './network-tab';
import { OverviewTab } from './overview-tab';
import { PlacementTab } from './placement-tab';
import { RenameButton } from './rename-button';
import { ResizeButton } from './resize-dialog';
import { useInstanceAction } from './use-instance-action';

const route = getRouteApi('/signed-in/instances/$uuid');
const atHand = (['start', 'stop', 'reboot'] as const).map(actionOf);

export function InstancePage(): ReactNode {
  const { uuid } = route.useParams();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: vm, error, refetch } = useQuery(vmQuery(uuid));
  const { act, dialog } = useInstanceAction();
  const noConsole = useConsoleReason(vm);
  if (error && !vm) return <FailedPage error={error} onRetry={() => void refetch()} />;
  if (!vm) return <Loading rows={10} />;
  const tabs: Tab[] = [
    { id: 'overview', title: 'Overview', content: () => <OverviewTab vm={vm} /> },
    { id: 'network', title: 'Network', content: () => <NetworkTab vm={vm} /> },
    { id: 'metadata', title: 'Tags and metadata', content: () => <MetadataTab vm={vm} /> },
    { id: 'jobs', title: 'Jobs', content: () => <JobsTab uuid={uuid} /> },
    { id: 'placement', title: 'Placement', content: () => <PlacementTab uuid={uuid} /> },
    { id: 'console', title: 'Console', reason: noConsole, content: () => <ConsoleTab vm={vm} reason={noConsole} /> },
    { id: 'history', title: 'History', content: () => <HistoryTab uuid={uuid} /> },
  ];
  const isGone = vm.state === 'destroyed';
  return (
    <>
      <PageHead
        title={vm.alias}
        above={
          <Link to="/instances" className="hover:text-text hover:underline">
            Instances
          </Link>
        }
        beside={
          <>
            <RenameButton vm={vm} />
            <Flash value={vm.state}>
              <StateBadge state={vm.state} />
            </Flash>
            {vm.indestructible_zoneroot && (
              <span className="text-muted flex items-center gap-1">
                <Icon name="shield" /> protected
              </span>
            )}
          </>
        }
        actions={
          !isGone && (
            <>
              {atHand.map((action) => (
                <Button key={action.id} icon={action.icon} reason={action.reason(vm)} onClick={() => act(action, [vm])}>
                  {action.title}
                </Button>
              ))}
              <Menu
                trigger={
                  <Button icon="more" aria-label="More actions">
                    {undefined}
                  </Button>
                }
              >
                <ActionItems vm={vm} onAct={(action) => act(action, [vm])} />
              </Menu>
            </>
          )
        }
      >
        <Uuid uuid={vm.uuid} isWhole />
        <span>
          {vm.brand}, {vm.package_name}
        </span>
        {!isGone && <ResizeButton vm={vm} />}
        <span>
          of <AccountLink uuid={vm.owner_uuid} />
        </span>
        {vm.server_uuid !== undefined && (
          <span>
            on <ServerLink uuid={vm.server_uuid} />
          </span>
        )}
      </PageHead>
      {vm.failure && (
        <p role="alert" className="bg-bad-soft text-bad mx-6 mb-4 rounded-md px-3 py-2">
          <span className="font-medium">It could not be made.</span> {vm.failure.message}{' '}
          <span className="font-mono text-xs">{vm.failure.code}</span>
        </p>
      )}
      {vm.conditions.map(({ kind, what, reason }) => (
        <p key={kind + what} className="bg-warn-soft text-warn mx-6 mb-4 rounded-md px-3 py-2">
          <span className="font-medium">{conditionText(kind, what)}:</span> {reason}
        </p>
      ))}
      {vm.job_uuid && <RunningJob uuid={vm.job_uuid} />}
      <Tabs
        tabs={tabs}
        shown={tab}
        label="Of this instance"
        onShow={(id) => void navigate({ to: '.', search: id === 'overview' ? {} : { tab: id }, replace: true })}
      />
      {dialog}
    </>
  );
}

/** What is being done to it right now, step by step. */
function RunningJob({ uuid }: { uuid: string }) {
  const { data: job } = useQuery(jobQuery(uuid));
  if (!job) return null;
  return (
    <section aria-label="Running job" className="border-line bg-surface mx-6 mb-4 rounded-lg border px-4 py-3">
      <div className="mb-2 flex items-center gap-3">
        <StateBadge state={job.execution} of="job" />
        <Link to="/jobs/$uuid" params={{ uuid }} className="font-medium hover:underline">
          {job.name}
        </Link>
      </div>
      <JobSteps job={job} />
    </section>
  );
}
