import type { Run } from '../../command/spec';
import { CliError } from '../../cli-error';

export const run: Run = async ({ config, profiles, terminal }, { args: [asked = ''] }) => {
  const { profile: before, oldProfile } = config.settings();
  const name = asked === '-' ? oldProfile : asked;
  if (name === undefined) throw new CliError('Config', '"oldProfile" is not set: there is no profile before this one');
  profiles.get(name); // it must be there, and right
  if (name === before) return terminal.print(`"${name}" is already the current profile`);
  config.saveSettings({ profile: name, ...(before !== undefined && { oldProfile: before }) });
  terminal.print(`Set "${name}" as current profile`);
};
