import type { Run } from '../../command/spec';
import { findMachine } from '../../cloud/machines';
import { untilState } from '../../waiting/machine-states';
import { waitTimeoutMs } from '../../waiting/poll';

export const run: Run = async (context, given) => {
  const states = given.values['states']?.flatMap((list) => list.split(',')) ?? ['running', 'failed'];
  const cloud = await context.cloud();
  const machines = await Promise.all(given.args.map((text) => findMachine(cloud, text)));
  const total = machines.length;
  let done = 0;
  const waiting = machines.filter((machine) => {
    if (!states.includes(machine.state)) return true;
    context.terminal.print(`${++done}/${total}: Instance ${machine.name} (${machine.id}) already ${machine.state}`);
    return false;
  });
  if (waiting.length === 0) return;
  const shown = waiting.map(({ name, id }) => `${name} (${id})`).join(', ');
  context.terminal.print(`Waiting for instance${waiting.length > 1 ? 's' : ''} ${shown} to enter state (states: ${states.join(', ')})`);
  await Promise.all(
    waiting.map(async ({ id, name }) => {
      const seen = await untilState(context, cloud, id, states, waitTimeoutMs(given, undefined));
      context.terminal.print(`${++done}/${total}: Instance ${name} (${id}) moved to state ${seen?.state ?? 'deleted'}`);
    }),
  );
};
