import type { Run } from '../../command/spec';
import { routes } from '../../cloud/routes.at-build';
import { age } from '../../output/durations';
import { showOne } from '../../output/show';

export const run: Run = async (context, given) => {
  const { body } = await (await context.cloud()).call(routes.getAccount);
  if (given.flags.has('json') || given.values['o'] || context.query) return showOne(context, given, body, 'login');
  const nowMs = context.clock.nowMs();
  const isDate = (name: string): boolean => name === 'created' || name === 'updated';
  const lines = Object.entries(body).map(
    ([name, value]) => `${name}: ${value}${isDate(name) ? ` (${age(Date.parse(String(value)), nowMs)})` : ''}`,
  );
  context.terminal.print(...lines);
};
