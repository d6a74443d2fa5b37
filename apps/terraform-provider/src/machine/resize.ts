import { cloudapi } from '@nereid/contracts';
import type { Ids } from '@nereid/ports';
import type { Cloud } from '../api/cloud';
import { Problem } from '../diagnostics/problem';
import { text, type ObjectValue } from '../values/value';
import { timeoutMs } from './durations';

/** How long the API may hold an answer about a job back, s. */
const heldBack = 20;
/** Between two answers that say the same, ms, from an API that does not hold them back. */
const pauseMs = 1_000;

/**
 * Gives the instance the package that is planned, and waits until it has it: nothing else of a change needs waiting for.
 * @throws Problem the API could not do it, and the instance is as it was; or time is up
 */
export async function resize(id: string, prior: ObjectValue, planned: ObjectValue, cloud: Cloud, ids: Ids): Promise<void> {
  const size = text(planned['package'])!;
  if (size === prior['package']) return;
  const input = { action: 'resize', package: text(planned['package_id']) ?? size } as const;
  const { status, headers } = await cloud.call(cloudapi.updateMachine, { id }, input, { idempotencyKey: ids.random() });
  if (status === 410) throw new Problem('The instance is gone', `Instance ${id} has been destroyed.`);
  const job = headers[cloudapi.jobHeader];
  // Without one it has the package already.
  if (typeof job === 'string') await untilEnded(id, job, size, timeoutMs(planned, 'update'), cloud);
}

async function untilEnded(id: string, job: string, size: string, withinMs: number, cloud: Cloud): Promise<void> {
  const giveUpAt = cloud.clock.monotonicMs() + withinMs;
  for (let mark: string | undefined; ;) {
    const askedAt = cloud.clock.monotonicMs();
    const { body } = await cloud.call(cloudapi.getMachineJob, { id, job }, mark === undefined ? {} : { mark, wait: heldBack });
    if (body.state === 'succeeded') return;
    if (body.finished !== undefined) throw new Problem('The instance was not resized', `${whyOf(body)} It is as it was.`, ['package']);
    if (cloud.clock.monotonicMs() > giveUpAt)
      throw new Problem('Timeout', `Instance ${id} has not got package ${size} after ${withinMs / 1000} s.`, ['package']);
    if (body.mark === mark && cloud.clock.monotonicMs() - askedAt < pauseMs) await cloud.pause(pauseMs);
    mark = body.mark;
  }
}

function whyOf({ state, error }: cloudapi.MachineJobDetail): string {
  if (state === 'canceled') return 'The job was canceled.';
  return error === undefined ? 'The job failed.' : `${error.message} (${error.code})`;
}
