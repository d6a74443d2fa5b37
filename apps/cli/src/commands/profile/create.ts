import type { Run } from '../../command/spec';
import { CliError } from '../../cli-error';
import { checkProfile, type Profile } from '../../config/profile';
import { checkProfileName } from '../../config/profiles';
import type { Context } from '../../context';
import { eachKey } from '../../keys/key-ring';
import { fingerprints } from '../../keys/fingerprint';
import { confirmed } from '../confirm';
import { readText } from '../pairs';

export const run: Run = async (context, { flags, values }) => {
  const { profiles, config, terminal } = context;
  const file = values['file']?.at(-1);
  const copied = values['copy']?.at(-1);
  const defaults: Partial<Profile> = copied === undefined ? {} : profiles.get(copied);
  const profile = file === undefined ? await byQuestions(context, defaults) : await fromFile(context, file, defaults);
  if (profiles.names().includes(profile.name)) throw new CliError('Config', `profile "${profile.name}" already exists`);
  if (file === undefined && !flags.has('yes') && !(await confirmed(context, `Save profile "${profile.name}"?`))) return;
  profiles.save(profile);
  terminal.print(`Saved profile "${profile.name}".`);
  if (profiles.names().length > 1) return;
  config.saveSettings({ profile: profile.name });
  terminal.print(`Set "${profile.name}" as current profile`);
};

/** @throws CliError `Config` no JSON, or not all that a profile needs */
async function fromFile({ terminal }: Context, file: string, defaults: Partial<Profile>): Promise<Profile> {
  const text = file === '-' ? await terminal.readInput() : readText(file);
  let content: Record<string, unknown>;
  try {
    content = { ...defaults, ...(JSON.parse(text) as Record<string, unknown>) };
  } catch (cause) {
    throw new CliError('Config', `${file} is no JSON: ${(cause as Error).message}`, { cause });
  }
  const { name, ...fields } = content;
  if (typeof name !== 'string') throw new CliError('Config', `${file} has no "name"`);
  checkProfileName(name);
  return checkProfile(name, fields, file);
}

async function byQuestions(context: Context, defaults: Partial<Profile>): Promise<Profile> {
  const { terminal, profiles } = context;
  const name = await ask(context, 'Name of the profile', undefined, (text) => {
    checkProfileName(text);
    if (profiles.names().includes(text)) throw new CliError('Config', `profile "${text}" already exists`);
  });
  const url = await ask(context, 'URL of the API', defaults.url, (text) => void new URL(text));
  const account = await ask(context, 'Login of the account', defaults.account, (text) => {
    if (text.length < 3 || text.includes('\\')) throw new CliError('Usage', 'a login has at least three characters, and no \\');
  });
  const keys: string[] = [];
  for await (const key of eachKey(context.keyPlaces)) {
    const { md5 } = fingerprints(key.blob);
    if (keys.includes(md5)) continue;
    keys.push(md5);
    terminal.print(`  ${keys.length}. ${md5}  ${key.place === 'file' ? key.file : `agent ${key.comment}`}`);
  }
  const chosen = await ask(context, 'SSH key, by fingerprint or number', defaults.keyId ?? keys[0], () => undefined);
  return checkProfile(name, { ...without(defaults), url, account, keyId: keys[Number(chosen) - 1] ?? chosen }, 'your answers');
}

function without({ name: _, ...fields }: Partial<Profile>): Omit<Partial<Profile>, 'name'> {
  return fields;
}

/** Asks until the answer passes the check; an empty one is what is offered. */
async function ask({ terminal }: Context, question: string, offered: string | undefined, check: (text: string) => void): Promise<string> {
  for (;;) {
    const answer = (await terminal.ask(`${question}${offered === undefined ? '' : ` [${offered}]`}: `)).trim() || offered;
    if (answer === undefined) continue;
    try {
      check(answer);
      return answer;
    } catch (error) {
      terminal.complain((error as Error).message);
    }
  }
}
