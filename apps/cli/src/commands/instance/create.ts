import type { Run } from '../../command/spec';
import { CliError } from '../../cli-error';
import type { Machine } from '../../cloud/machines';
import { routes } from '../../cloud/routes.at-build';
import { duration } from '../../output/durations';
import { untilDone, whyOf } from '../../waiting/jobs';
import { waitTimeoutMs } from '../../waiting/poll';
import { progressOf } from '../../waiting/progress';
import { imageName, newMachine } from './new-machine';

export const run: Run = async (context, given) => {
  const { terminal, clock } = context;
  const isJson = given.flags.has('json');
  const timeoutMs = waitTimeoutMs(given, undefined);
  const cloud = await context.cloud();
  const { image, pkg, networks, request } = await newMachine(cloud, given);
  if (given.flags.has('explain')) {
    const { explain } = await import('./explain.ts');
    return explain(context, cloud, given, { image, pkg, networks, request });
  }
  if (given.flags.has('dry-run')) {
    if (isJson) terminal.print(JSON.stringify(request));
    else terminal.print(`Would create instance ${request.name ?? 'without a name'} (${imageName(image)}, ${pkg.name})`);
    return;
  }
  const startedMs = clock.monotonicMs();
  const answer = await cloud.call(routes.createMachine, {}, request as never);
  const { body: made } = answer;
  const say = (machine: Machine, text: string): void => terminal.print(isJson ? JSON.stringify(machine) : text);
  say(made, `Creating instance ${made.name} (${made.id}, ${imageName(image)}, ${pkg.name})`);
  if (!given.flags.has('wait')) return;
  const progress = progressOf(context, given, true);
  const change = { id: made.id, label: made.name, answer, timeoutMs, progress };
  const { machine: done = made, job } = await untilDone(context, cloud, change, ['running', 'failed']).finally(() => progress.end());
  if (done.state === 'running')
    return say(done, `Created instance ${done.name} (${done.id}) in ${duration(clock.monotonicMs() - startedMs)}`);
  if (isJson) terminal.print(JSON.stringify(done));
  throw new CliError(undefined, `failed to create instance ${made.name} (${made.id})`, {
    next: [...(job ? [`it ${whyOf(job)}`] : []), `what happened: nereid instance audit ${made.id}`],
  });
};
