import type { Run } from '../../command/spec';
import { routes } from '../../cloud/routes.at-build';
import { showList } from '../../output/show';

export const run: Run = async (context, given) => {
  const { body } = await (await context.cloud()).call(routes.listKeys);
  if (given.flags.has('authorized-keys')) return context.terminal.print(...body.map(({ key }) => key.trim()));
  showList(context, given, body, { columns: ['fingerprint', 'name'], long: ['fingerprint', 'name', 'key'], sort: ['name'] });
};
