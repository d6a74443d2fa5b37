import type { Run } from '../../command/spec';
import { routes } from '../../cloud/routes.at-build';
import { confirmed } from '../confirm';

export const run: Run = async (context, { args, flags }) => {
  const shown = args.map((name) => `"${name}"`).join(', ');
  const isSure = flags.has('force') || flags.has('yes');
  if (!isSure && !(await confirmed(context, `Delete ${args.length > 1 ? 'keys' : 'key'} ${shown}?`))) return;
  const cloud = await context.cloud();
  for (const name of args) {
    await cloud.call(routes.deleteKey, { name });
    context.terminal.print(`Deleted key "${name}"`);
  }
};
