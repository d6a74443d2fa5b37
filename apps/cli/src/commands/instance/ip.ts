import type { Run } from '../../command/spec';
import { CliError } from '../../cli-error';
import { findMachine } from '../../cloud/machines';

export const run: Run = async (context, { args: [text = ''] }) => {
  const machine = await findMachine(await context.cloud(), text);
  if (!machine.primaryIp) throw new CliError(undefined, `primaryIp not found for instance "${text}"`);
  context.terminal.print(machine.primaryIp);
};
