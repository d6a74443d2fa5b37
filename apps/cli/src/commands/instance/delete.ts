import type { Run } from '../../command/spec';
import { routes } from '../../cloud/routes.at-build';
import { duration } from '../../output/durations';
import { untilDone } from '../../waiting/jobs';
import { waitTimeoutMs } from '../../waiting/poll';
import { progressOf } from '../../waiting/progress';
import { confirmed } from '../confirm';
import { eachTarget } from '../each-target';
import { target } from './power';

export const run: Run = async (context, given) => {
  const timeoutMs = waitTimeoutMs(given, undefined);
  const what = given.args.length === 1 ? `instance ${given.args[0]}` : `${given.args.length} instances (${given.args.join(', ')})`;
  if (!given.flags.has('force') && !(await confirmed(context, `Delete ${what}?`))) return;
  const cloud = await context.cloud();
  const progress = progressOf(context, given);
  await eachTarget(context, given.args, async (text) => {
    const startedMs = context.clock.monotonicMs();
    const { id, shown } = await target(cloud, text);
    const answer = await cloud.call(routes.deleteMachine, { id });
    if (!given.flags.has('wait')) return context.terminal.print(`Delete (async) instance ${shown()}`);
    await untilDone(context, cloud, { id, label: text, answer, timeoutMs, progress }, ['deleted']);
    context.terminal.print(`Delete instance ${shown(duration(context.clock.monotonicMs() - startedMs))}`);
  }).finally(() => progress.end());
};
