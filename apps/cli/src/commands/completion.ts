import type { Run } from '../command/spec';
import { usageError } from '../cli-error';
import { scripts } from '../completion/scripts';

export const run: Run = async ({ terminal }, { args: [shell = 'bash'] }) => {
  if (!Object.hasOwn(scripts, shell)) throw usageError(`no completion for "${shell}": ${Object.keys(scripts).join(', ')}`);
  terminal.write(scripts[shell as keyof typeof scripts]);
};
