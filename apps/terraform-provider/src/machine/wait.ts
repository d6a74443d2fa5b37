import { cloudapi } from '@nereid/contracts';
import { isAbsent, type Cloud } from '../api/cloud';
import { Stopped } from '../api/stopped';
import { Problem } from '../diagnostics/problem';

type Machine = cloudapi.MachineObject;

/**
 * Waits until an instance is as wanted; undefined when it is gone (404, 410).
 * @throws Problem time is up; the text says what it was last @throws Stopped
 */
export async function waitFor(
  cloud: Cloud,
  id: string,
  timeoutMs: number,
  what: string,
  isRight: (machine: Machine) => boolean,
): Promise<Machine | undefined> {
  let last: Machine | undefined;
  const late = new AbortController();
  const stopClock = cloud.clock.after(timeoutMs, () => {
    late.abort(new Problem('Timeout', `Instance ${id} is still ${last?.state ?? 'unknown'} and not ${what} after ${timeoutMs / 1000} s.`));
  });
  try {
    return await cloud.waits.until({
      id,
      ask: async () => (last = await find(cloud, id)),
      isDone: (machine) => machine === undefined || isRight(machine),
      signal: AbortSignal.any([late.signal, cloud.stop]),
    });
  } catch (error) {
    if (cloud.stop.aborted) throw new Stopped();
    throw error;
  } finally {
    stopClock();
  }
}

/** The instance, undefined when it does not exist or not any more. */
export async function find(cloud: Cloud, id: string): Promise<Machine | undefined> {
  try {
    const { status, body } = await cloud.call(cloudapi.getMachine, { id }, {});
    return status === 410 || body.state === 'deleted' ? undefined : body;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
