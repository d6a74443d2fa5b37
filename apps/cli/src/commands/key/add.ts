import type { Run } from '../../command/spec';
import { routes } from '../../cloud/routes.at-build';
import { readText } from '../pairs';

export const run: Run = async (context, { args: [file = ''], values }) => {
  const key = (file === '-' ? await context.terminal.readInput() : readText(file)).trim();
  const name = values['name']?.at(-1);
  const { body } = await (await context.cloud()).call(routes.createKey, {}, { key, ...(name !== undefined && { name }) });
  context.terminal.print(`Added key "${body.name}" (${body.fingerprint})`);
};
