import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { operatorRoutes as routes, type adminapi } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { AccountLink } from '../../api/names';
import { jobQuery, vmQuery } from '../../api/queries';
import { queryClient } from '../../api/query-client';
import { finishedJobStates } from '../../api/states';
import { router } from '../../router';
import { FailedPage } from '../../shell/failed-page';
import { PageHead } from '../../shell/page';
import { duration, shortId } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { Flash } from '../../ui/flash';
import { Icon } from '../../ui/icon';
import { Panel, Properties } from '../../ui/panel';
import { StateBadge } from '../../ui/state-badge';
import { Loading } from '../../ui/states';
import { Time } from '../../ui/time';
import { toast } from '../../ui/toasts';
import { Uuid } from '../../ui/uuid';
import { durationOf } from './columns';
import { JobSteps } from './job-steps';

const route = getRouteApi('/signed-in/jobs/$uuid');

export function JobPage(): ReactNode {
  const { uuid } = route.useParams();
  const { data: job, error, refetch } = useQuery(jobQuery(uuid));
  const vm = useQuery({ ...vmQuery(job?.vm_uuid ?? ''), enabled: job !== undefined, retry: false }).data;
  if (error && !job) return <FailedPage error={error} onRetry={() => void refetch()} />;
  if (!job) return <Loading rows={10} />;
  const took = durationOf(job);
  const outputs = job.steps.filter(({ output }) => output !== undefined && output !== null);
  return (
    <>
      <PageHead
        title={`${job.name} ${vm?.alias ?? shortId(job.vm_uuid)}`}
        above={
          <Link to="/jobs" className="hover:text-text hover:underline">
            Jobs
          </Link>
        }
        beside={
          <Flash value={job.execution}>
            <StateBadge state={job.execution} of="job" />
          </Flash>
        }
        actions={<JobActions job={job} />}
      >
        <Uuid uuid={job.uuid} isWhole />
        {took !== undefined && <span>took {duration(took)}</span>}
      </PageHead>
      {job.error && (
        <div role="alert" className="bg-bad-soft text-bad mx-6 mb-4 rounded-md px-3 py-2">
          <p>
            <span className="font-medium">{job.error.step ? `Step ${job.error.step} failed: ` : 'It failed: '}</span>
            {job.error.message} <span className="font-mono text-xs">{job.error.code}</span>
          </p>
          {job.execution === 'failed' && <p>What had been begun was undone; nothing of it is left.</p>}
        </div>
      )}
      {job.execution === 'stuck' && (
        <p role="alert" className="bg-bad-soft text-bad mx-6 mb-4 rounded-md px-3 py-2">
          Something that was begun could not be undone ten times. It goes on trying; once the cause is gone, let it go on at once.
        </p>
      )}
      <div className="grid items-start gap-4 px-6 pb-6 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <Panel title="Steps" aside={took !== undefined && <span className="text-muted">{duration(took)} in all</span>}>
            <JobSteps job={job} />
          </Panel>
          {outputs.length > 0 && (
            <Panel title="What the steps answered" isFlush>
              {outputs.map(({ name, direction, output }) => (
                <details key={name + direction} className="border-line group border-b last:border-b-0">
                  <summary className="hover:bg-hover flex cursor-pointer list-none items-center gap-2 px-4 py-2 focus-visible:-outline-offset-2">
                    <Icon name="right" size={12} className="text-muted shrink-0 group-open:rotate-90" />
                    <span className="font-medium whitespace-nowrap">{direction === 'undo' ? `undo ${name}` : name}</span>
                    <span className="text-muted truncate font-mono text-xs group-open:hidden">{JSON.stringify(output)}</span>
                  </summary>
                  <pre className="bg-ground border-line max-h-72 overflow-auto border-t px-4 py-3 font-mono text-xs leading-5" tabIndex={0}>
                    {JSON.stringify(output, null, 2)}
                  </pre>
                </details>
              ))}
            </Panel>
          )}
        </div>
        <Panel title="Job">
          <Properties
            rows={[
              [
                'Instance',
                <Link key="vm" to="/instances/$uuid" params={{ uuid: job.vm_uuid }} className="hover:text-accent hover:underline">
                  {vm?.alias ?? shortId(job.vm_uuid)}
                </Link>,
              ],
              ['Account', <AccountLink key="owner" uuid={job.owner_uuid} />],
              ['Workflow', `${job.name}, version ${job.version}`],
              ['Asked for', <Time key="created" at={job.created_at} />],
              ['Taken up', <Time key="started" at={job.started_at} />],
              ['Finished', <Time key="finished" at={job.finished_at} />],
              ['Request', job.request_id && <Uuid key="request" uuid={job.request_id} />],
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

function JobActions({ job }: { job: adminapi.JobDetail }) {
  const params = { uuid: job.uuid };
  const keep = (now: adminapi.JobDetail): void => {
    queryClient.setQueryData(jobQuery(now.uuid).queryKey, now);
    if (now.uuid !== job.uuid) void router.navigate({ to: '/jobs/$uuid', params: { uuid: now.uuid } });
  };
  const onError = (error: Error): void => toast('bad', error.message);
  const cancel = useMutation({ mutationFn: () => call(routes.cancelJob, { params }), onSuccess: keep, onError });
  const retry = useMutation({ mutationFn: () => call(routes.retryJob, { params }), onSuccess: keep, onError });
  const isFinished = finishedJobStates.includes(job.execution);
  return (
    <>
      <Button icon="reboot" isBusy={retry.isPending} reason={whyNoRetry(job)} onClick={() => retry.mutate()}>
        {job.execution === 'stuck' ? 'Go on now' : 'Try again'}
      </Button>
      <Button
        icon="close"
        isBusy={cancel.isPending}
        reason={
          isFinished
            ? 'It has finished.'
            : job.execution === 'undoing' || job.execution === 'stuck'
              ? 'It is being undone already.'
              : undefined
        }
        onClick={() => cancel.mutate()}
      >
        Cancel and undo
      </Button>
    </>
  );
}

/** By the words of the route RetryJob. */
function whyNoRetry({ execution, name }: adminapi.JobObject): string | undefined {
  if (execution === 'succeeded') return 'It succeeded.';
  if (execution === 'stuck') return undefined;
  if (execution !== 'failed' && execution !== 'canceled') return 'It is under way.';
  return name === 'vm.provision' ? 'A create that failed left nothing; create the instance again.' : undefined;
}
