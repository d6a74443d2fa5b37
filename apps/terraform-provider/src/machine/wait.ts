import { cloudapi } from '@nereid/contracts';
import { isAbsent, type Cloud } from '../api/cloud';
import { Problem } from '../diagnostics/problem';

type Machine = cloudapi.MachineObject;

const firstPauseMs = 250;
const longestPauseMs = 5_000;

/**
 * Asks for an instance until it is as wanted; undefined when it is gone (404, 410).
 * @throws Problem time is up; the text says what it was last @throws Stopped
 */
export async function waitFor(
  cloud: Cloud,
  id: string,
  timeoutMs: number,
  what: string,
  isRight: (machine: Machine) => boolean,
): Promise<Machine | undefined> {
  const giveUpAt = cloud.clock.monotonicMs() + timeoutMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const machine = await find(cloud, id);
    if (!machine || isRight(machine)) return machine;
    const leftMs = giveUpAt - cloud.clock.monotonicMs();
    if (leftMs <= 0) throw new Problem('Timeout', `Instance ${id} is still ${machine.state} and not ${what} after ${timeoutMs / 1000} s.`);
    await cloud.pause(Math.min(pauseMs, leftMs));
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
