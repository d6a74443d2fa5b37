import { CliError } from '../cli-error';
import type { Cloud } from '../cloud/cloud';
import { getMachine, type Machine } from '../cloud/machines';
import type { Context } from '../context';
import { untilInstance } from './instance-waits';

/** Waits until an instance is in one of some states. What is gone counts as `deleted`, also when nobody knows of it any more. */
export async function untilState(
  context: Context,
  cloud: Cloud,
  id: string,
  states: readonly string[],
  timeoutMs: number | undefined,
): Promise<Machine | undefined> {
  return untilInstance(context, {
    id,
    what: `instance ${id} states ${JSON.stringify(states)}`,
    timeoutMs,
    ask: () => machineOrGone(cloud, id, states.includes('deleted')),
    isDone: (machine) => machine === undefined || states.includes(machine.state),
    follow: `nereid instance wait -s ${states.join(',')} ${id}`,
  });
}

async function machineOrGone(cloud: Cloud, id: string, mayBeGone: boolean): Promise<Machine | undefined> {
  try {
    return await getMachine(cloud, id);
  } catch (error) {
    if (mayBeGone && error instanceof CliError && (error.code === 'ResourceNotFound' || error.code === 'InstanceDeleted')) return undefined;
    throw error;
  }
}
