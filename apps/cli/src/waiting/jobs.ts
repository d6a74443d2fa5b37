import type { cloudapi } from '@nereid/contracts';
import { CliError } from '../cli-error';
import type { Cloud, CloudAnswer } from '../cloud/cloud';
import type { Machine } from '../cloud/machines';
import { jobHeader, routes } from '../cloud/routes.at-build';
import type { Context } from '../context';
import { untilState } from './machine-states';
import { Patience, type WaitedFor } from './patience';
import type { Progress } from './progress';

export type Job = cloudapi.MachineJobDetail;

/** How long the door may hold an answer back, s: well below what connections on the way are cut after. */
const heldBack = 20;
/** Between two answers that say the same, ms, from a door that does not hold them back. */
const pauseMs = 1000;

/** A change that a door has accepted, and how to wait for it. */
export interface Change {
  readonly id: string;
  /** How progress names the instance. */
  readonly label: string;
  readonly answer: CloudAnswer<unknown>;
  readonly timeoutMs: number | undefined;
  readonly progress: Progress;
}

/**
 * Waits until the job of a change has ended; the door answers as often as a step begins or ends. Undefined: no job is named, because
 * nothing was left to do, or by a door that does not know them.
 * @throws CliError `Timeout`; exit 130 when it was interrupted
 */
export async function untilJobEnds(
  context: Context,
  cloud: Cloud,
  { id, label, answer, timeoutMs, progress }: Change,
  waitedFor: Omit<WaitedFor, 'timeoutMs'>,
): Promise<Job | undefined> {
  const job = answer.headers[jobHeader];
  if (typeof job !== 'string') return undefined;
  const { clock } = context;
  const patience = new Patience(context, { ...waitedFor, timeoutMs });
  try {
    let mark: string | undefined;
    for (;;) {
      const askedMs = clock.monotonicMs();
      const input = mark === undefined ? {} : { mark, wait: heldBack };
      const { body } = await cloud.call(routes.getMachineJob, { id, job }, input, {}, patience.signal);
      progress.show(label, body);
      if (body.finished !== undefined) return body;
      if (body.mark === mark && clock.monotonicMs() - askedMs < pauseMs) await clock.sleep(pauseMs, patience.signal);
      mark = body.mark;
    }
  } finally {
    patience.close();
  }
}

/** Waits until the job of a change has ended, and then for a state, which is there by then unless no job was named. */
export async function untilDone(
  context: Context,
  cloud: Cloud,
  change: Change,
  states: readonly string[],
): Promise<{ readonly job: Job | undefined; readonly machine: Machine | undefined }> {
  const job = await untilJobEnds(context, cloud, change, {
    what: `instance ${change.id} states ${JSON.stringify(states)}`,
    follow: `nereid instance wait -s ${states.join(',')} ${change.id}`,
  });
  if (job !== undefined && !states.includes('failed')) mustHaveSucceeded(job);
  return { job, machine: await untilState(context, cloud, change.id, states, change.timeoutMs) };
}

/** @throws CliError the job failed, by its code, or was cancelled */
export function mustHaveSucceeded(job: Job): void {
  if (job.state === 'succeeded') return;
  throw new CliError(job.error?.code, `${job.action} ${whyOf(job)}`);
}

/** `failed at boot: No server has room for it.` */
export function whyOf({ state, steps, error }: Job): string {
  const at = steps.find((step) => step.direction === 'do' && step.state === 'failed')?.name;
  if (state === 'canceled') return 'was canceled';
  return `failed${at === undefined ? '' : ` at ${at}`}${error === undefined ? '' : `: ${error.message}`}`;
}
