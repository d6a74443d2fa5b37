import type { Run } from '../../command/spec';
import { shown } from './shown';

export const run: Run = async (context, { args: [name], flags }) => {
  const profile = name === undefined ? context.profile() : context.profiles.get(name);
  const fields = shown(context, profile);
  if (flags.has('json')) return context.terminal.print(JSON.stringify(fields));
  const { name: first, ...rest } = fields;
  const lines = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  context.terminal.print(`name: ${String(first)}`, ...lines.map(([field, value]) => `${field}: ${String(value)}`));
};
