import type { Run } from '../../command/spec';
import type { Cloud } from '../../cloud/cloud';
import type { Context } from '../../context';
import type { WaitedFor } from '../../waiting/patience';
import { isUuid } from '../../cloud/ids';
import { findMachine } from '../../cloud/machines';
import { routes } from '../../cloud/routes.at-build';
import { duration } from '../../output/durations';
import { mustHaveSucceeded, untilDone, untilJobEnds } from '../../waiting/jobs';
import { untilInstance } from '../../waiting/instance-waits';
import { waitTimeoutMs } from '../../waiting/poll';
import { progressOf } from '../../waiting/progress';
import { eachTarget } from '../each-target';

type Action = 'start' | 'stop' | 'reboot';

/** `start`, `stop` and `reboot`: each target at the same time. */
export function powerCommand(action: Action): Run {
  return action === 'reboot' ? reboot : change(action, action === 'start' ? 'running' : 'stopped');
}

function change(action: 'start' | 'stop', state: string): Run {
  return async (context, given) => {
    const cloud = await context.cloud();
    const timeoutMs = waitTimeoutMs(given, undefined);
    const progress = progressOf(context, given);
    const title = action === 'start' ? 'Start' : 'Stop';
    await eachTarget(context, given.args, async (text) => {
      const startedMs = context.clock.monotonicMs();
      const { id, shown } = await target(cloud, text);
      const answer = await cloud.call(routes.updateMachine, { id }, { action });
      if (!given.flags.has('wait')) return context.terminal.print(`${title} (async) instance ${shown()}`);
      await untilDone(context, cloud, { id, label: text, answer, timeoutMs, progress }, [state]);
      context.terminal.print(`${title} instance ${shown(duration(context.clock.monotonicMs() - startedMs))}`);
    }).finally(() => progress.end());
  };
}

/** An instance to act on, and how messages name it: `NAME (ID)`, or the id alone when that is what was typed; with a duration beside the id. */
export async function target(cloud: Cloud, text: string): Promise<{ id: string; shown: (took?: string) => string }> {
  if (isUuid(text)) return { id: text.toLowerCase(), shown: (took) => (took ? `${text} (${took})` : text) };
  const { id, name } = await findMachine(cloud, text);
  return { id, shown: (took) => `${name} (${id}${took ? `, ${took}` : ''})` };
}

const reboot: Run = async (context, given) => {
  const cloud = await context.cloud();
  const timeoutMs = waitTimeoutMs(given, undefined);
  const progress = progressOf(context, given);
  await eachTarget(context, given.args, async (text) => {
    const { id } = await target(cloud, text);
    const answer = await cloud.call(routes.updateMachine, { id }, { action: 'reboot' });
    context.terminal.print(`Rebooting instance ${text}`);
    if (!given.flags.has('wait')) return;
    const waitedFor = { what: `instance ${id} to reboot`, follow: `nereid instance audit ${id}` };
    const job = await untilJobEnds(context, cloud, { id, label: text, answer, timeoutMs, progress }, waitedFor);
    if (job) mustHaveSucceeded(job);
    // By the door's clock, not by ours: the audit entry that tells of this reboot is not older than the answer.
    else await untilAudited(context, cloud, id, Date.parse(String(answer.headers['date'])), { ...waitedFor, timeoutMs });
    context.terminal.print(`Rebooted instance ${text}`);
  }).finally(() => progress.end());
};

/** From a door that names no jobs. */
async function untilAudited(context: Context, cloud: Cloud, id: string, sinceMs: number, waitedFor: WaitedFor): Promise<void> {
  await untilInstance(context, {
    ...waitedFor,
    id,
    ask: async () => (await cloud.call(routes.machineAudit, { id })).body,
    isDone: (entries) =>
      entries.some(({ action, success, time }) => action === 'reboot' && success === 'yes' && Date.parse(time) >= sinceMs),
  });
}
