import type { Run } from '../../command/spec';
import { routes } from '../../cloud/routes.at-build';

export const run: Run = async (context, { args: [name = ''], flags }) => {
  const { body } = await (await context.cloud()).call(routes.getKey, { name });
  context.terminal.print(flags.has('json') ? JSON.stringify(body) : body.key.trim());
};
