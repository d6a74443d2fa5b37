import type { Run } from '../../command/spec';
import { CliError } from '../../cli-error';
import { confirmed } from '../confirm';

export const run: Run = async (context, { args: [name = ''], flags }) => {
  const { profiles, config, terminal } = context;
  if (name === 'env') throw new CliError('Config', 'profile "env" is what the environment says; unset its variables: nereid env -u');
  profiles.get(name);
  const isCurrent = config.settings().profile === name;
  if (isCurrent && !flags.has('force')) {
    throw new CliError('Config', `"${name}" is the current profile`, { next: [`choose another first, or: nereid profile rm -f ${name}`] });
  }
  if (!flags.has('force') && !(await confirmed(context, `Delete profile "${name}"?`))) return;
  profiles.delete(name);
  if (isCurrent) config.saveSettings({ profile: undefined });
  terminal.print(`Deleted profile "${name}"`);
};
