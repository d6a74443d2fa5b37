import { createHash } from 'node:crypto';
import { ErrorCode, cloudapi, type Job, type JobState, type JobStep } from '@nereid/contracts';

/** Whether a job waits for a node, or operators are being told of it, is ours to know. */
const states = {
  queued: 'queued',
  running: 'running',
  waiting: 'running',
  undoing: 'undoing',
  stuck: 'undoing',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
} as const satisfies Record<JobState, cloudapi.MachineJob['state']>;

const stepStates = { started: 'running', waiting: 'running', done: 'done', failed: 'failed' } as const;

/** A job as the instance's owner sees it. */
export function toMachineJob(job: Job): cloudapi.MachineJob {
  return {
    id: job.id,
    machine: job.vm,
    action: job.workflow.replace(/^vm\./, ''),
    state: states[job.state],
    created: job.createdAt,
    ...(job.startedAt !== undefined && { started: job.startedAt }),
    ...(job.finishedAt !== undefined && { finished: job.finishedAt }),
    // That it was cancelled says its state; the code that the log has for it says something else to a customer.
    ...(job.error && job.state !== 'canceled' && { error: published(job.error) }),
  };
}

/** The same with its steps. */
export function toMachineJobDetail(job: Job): cloudapi.MachineJobDetail {
  const shown = { ...toMachineJob(job), steps: (job.steps ?? []).map(toStep) };
  return { ...shown, mark: createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 22) };
}

function toStep({ name, direction, state, startedAt, finishedAt, error }: JobStep): cloudapi.MachineJobStep {
  return {
    name,
    direction,
    state: stepStates[state],
    started: startedAt,
    ...(finishedAt !== undefined && { finished: finishedAt }),
    ...(error && { error: published(error) }),
  };
}

/** The code as it is published, in its published words: those of the log speak of servers, files and other instances. */
function published({ code }: { code: string }): { code: string; message: string } {
  const { code: shown, when } = cloudapi.wireErrors[ErrorCode.safeParse(code).data ?? 'InternalError'];
  return { code: shown, message: when };
}
