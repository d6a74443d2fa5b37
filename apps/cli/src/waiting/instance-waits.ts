import { InstanceWaits } from '@nereid/client/instance-waits';
import type { Clock } from '@nereid/ports/clock';
import { openChangefeed } from '../cloud/changefeed';
import type { Cloud } from '../cloud/cloud';
import type { Context } from '../context';
import { Patience, type WaitedFor } from './patience';
import { pauses } from './poll';

export interface InstanceWaitedFor<T> extends WaitedFor {
  readonly id: string;
  readonly ask: () => Promise<T>;
  readonly isDone: (answer: T) => boolean;
}

/**
 * Waits until what is asked of an instance has the right answer: it is asked at first, and when the changefeed tells of a change.
 * @throws CliError `Timeout` it took too long; exit 130 when it was interrupted, with how to go on
 */
export async function untilInstance<T>(context: Context, { id, ask, isDone, ...waitedFor }: InstanceWaitedFor<T>): Promise<T> {
  const patience = new Patience(context, waitedFor);
  try {
    return await (await context.instanceWaits()).until({ id, ask, isDone, signal: patience.signal });
  } finally {
    patience.close();
  }
}

export function instanceWaits(cloud: Cloud, clock: Clock): InstanceWaits {
  return new InstanceWaits({ clock, pauses, open: (listener, vms) => openChangefeed(cloud, clock, listener, vms) });
}
