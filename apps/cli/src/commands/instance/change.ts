import type { Run } from '../../command/spec';
import { findPackage } from '../../cloud/catalogue';
import { getMachine, machineId, type Machine } from '../../cloud/machines';
import { routes } from '../../cloud/routes.at-build';
import type { Cloud } from '../../cloud/cloud';
import type { Context } from '../../context';
import { untilInstance } from '../../waiting/instance-waits';
import { mustHaveSucceeded, untilJobEnds } from '../../waiting/jobs';
import { waitTimeoutMs } from '../../waiting/poll';
import { progressOf } from '../../waiting/progress';
import { eachTarget } from '../each-target';

export const rename: Run = async (context, given) => {
  const [text = '', name = ''] = given.args;
  const cloud = await context.cloud();
  const id = await machineId(cloud, text);
  context.terminal.print(`Renaming instance ${text} to "${name}"`);
  await cloud.call(routes.updateMachine, { id }, { action: 'rename', name });
  if (given.flags.has('wait'))
    await until(context, cloud, id, `to be called ${name}`, (machine) => machine.name === name, waitTimeoutMs(given));
  context.terminal.print(`Renamed instance ${text} to "${name}"`);
};

export const resize: Run = async (context, given) => {
  const [text = '', size = ''] = given.args;
  const cloud = await context.cloud();
  const [id, { id: packageId, name }] = await Promise.all([machineId(cloud, text), findPackage(cloud, size)]);
  const timeoutMs = waitTimeoutMs(given);
  const progress = progressOf(context, given, true);
  context.terminal.print(`Resizing instance ${text} to "${size}"`);
  const answer = await cloud.call(routes.updateMachine, { id }, { action: 'resize', package: packageId });
  if (given.flags.has('wait')) {
    const waitedFor = { what: `instance ${id} to have package ${name}`, follow: `nereid instance get ${id}` };
    const job = await untilJobEnds(context, cloud, { id, label: text, answer, timeoutMs, progress }, waitedFor).finally(() =>
      progress.end(),
    );
    if (job) mustHaveSucceeded(job);
    // No job: it has the package already, or the door names none.
    else await until(context, cloud, id, `to have package ${name}`, (machine) => machine.package === name, timeoutMs);
  }
  context.terminal.print(`Resized instance ${text} to "${size}"`);
};

/** Turns the firewall or deletion protection of each target on or off. */
export function toggle(action: 'enable' | 'disable', what: 'firewall' | 'deletion_protection'): Run {
  const isOn = action === 'enable';
  const shown = what.replace('_', ' ');
  const field = what === 'firewall' ? 'firewall_enabled' : 'deletion_protection';
  return async (context, given) => {
    const cloud = await context.cloud();
    await eachTarget(context, given.args, async (text) => {
      const id = await machineId(cloud, text);
      context.terminal.print(`${isOn ? 'Enabling' : 'Disabling'} ${shown} for instance "${text}"`);
      await cloud.call(routes.updateMachine, { id }, { action: `${action}_${what}` });
      if (!given.flags.has('wait')) return;
      await until(context, cloud, id, `${shown} to be ${action}d`, (machine) => machine[field] === isOn, undefined);
      context.terminal.print(`${isOn ? 'Enabled' : 'Disabled'} ${shown} for instance "${text}"`);
    });
  };
}

function until(
  context: Context,
  cloud: Cloud,
  id: string,
  what: string,
  isDone: (machine: Machine) => boolean,
  timeoutMs?: number,
): Promise<Machine> {
  return untilInstance(context, {
    id,
    what: `instance ${id} ${what}`,
    timeoutMs,
    ask: () => getMachine(cloud, id),
    isDone,
    follow: `nereid instance get ${id}`,
  });
}
