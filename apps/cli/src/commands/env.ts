import type { Run } from '../command/spec';
import { CliError } from '../cli-error';
import { isTritonCompatible } from '../config/environment';

/** Variables that would win over the profile. */
const overridden = ['URL', 'ACCOUNT', 'USER', 'KEY_ID', 'TLS_INSECURE'];

export const run: Run = async (context, { args: [name], flags }) => {
  const profile = name === undefined ? context.profile() : context.profiles.get(name);
  const isAll = !['triton', 'docker', 'smartdc'].some((kind) => flags.has(kind));
  const isUnset = flags.has('unset');
  const own = isTritonCompatible(context.env) ? [] : ['NEREID'];
  const lines: string[] = [];
  const set = (variable: string, value: string | undefined): void => {
    lines.push(isUnset || value === undefined ? `unset ${variable}` : `export ${variable}="${value}"`);
  };
  if (isAll || flags.has('triton')) {
    lines.push('# triton');
    for (const prefix of [...own, 'TRITON']) {
      set(`${prefix}_PROFILE`, profile.name);
      if (isUnset) for (const field of overridden) set(`${prefix}_${field}`, undefined);
    }
  }
  if (flags.has('docker') && !isAll) throw new CliError('Setup', `profile "${profile.name}" is not set up for docker`);
  if (isAll) lines.push('# docker');
  if (isAll || flags.has('smartdc')) {
    lines.push('# smartdc');
    set('SDC_URL', profile.url);
    set('SDC_ACCOUNT', profile.account);
    set('SDC_USER', profile.user);
    set('SDC_KEY_ID', profile.keyId);
    set('SDC_TESTING', profile.insecure ? 'true' : undefined);
  }
  const options = ['triton', 'docker', 'smartdc', 'unset'].filter((kind) => flags.has(kind)).map((kind) => ` --${kind}`);
  lines.push(
    '# Run this command to configure your shell:',
    `#     eval "$(nereid env${options.join('')}${name === undefined ? '' : ` ${name}`})"`,
  );
  context.terminal.print(...lines);
};
