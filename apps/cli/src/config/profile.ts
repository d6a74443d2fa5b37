import { CliError } from '../cli-error';
import { fromEnvironment, type Environment } from './environment';

/** Whom to be, and at which door. */
export interface Profile {
  readonly name: string;
  readonly url: string;
  readonly account: string;
  /** Fingerprint of the key to sign with, MD5 or SHA256. */
  readonly keyId: string;
  readonly user?: string;
  readonly roles?: readonly string[];
  readonly actAsAccount?: string;
  /** Takes any certificate. */
  readonly insecure?: boolean;
}

const required = ['url', 'account', 'keyId'] as const;
const kinds: Readonly<Record<string, 'string' | 'boolean' | 'list'>> = {
  url: 'string',
  account: 'string',
  keyId: 'string',
  user: 'string',
  roles: 'list',
  actAsAccount: 'string',
  insecure: 'boolean',
};

/**
 * A profile from the content of its file.
 * @throws CliError `Config` a field is missing, unknown (`name` too: the file's name is the profile's), or of the wrong type
 */
export function checkProfile(name: string, content: unknown, where: string): Profile {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw config(`${where} holds no profile`);
  const fields = content as Record<string, unknown>;
  for (const [field, value] of Object.entries(fields)) {
    const kind = kinds[field];
    if (kind === undefined) throw config(`profile "${name}" has an unknown field "${field}" (${where})`);
    const isRight = kind === 'list' ? Array.isArray(value) && value.every((each) => typeof each === 'string') : typeof value === kind;
    if (!isRight) throw config(`field "${field}" of profile "${name}" must be a ${kind === 'list' ? 'list of texts' : kind} (${where})`);
  }
  const missing = required.filter((field) => !fields[field]);
  if (missing.length > 0) throw config(`profile "${name}" lacks ${missing.join(', ')} (${where})`);
  return { ...(fields as unknown as Omit<Profile, 'name'>), name };
}

/**
 * The profile called `env`, which the environment describes.
 * @throws CliError `Config` it is not complete; with what to do
 */
export function environmentProfile(env: Environment): Profile {
  const fields = {
    url: fromEnvironment(env, 'URL'),
    account: fromEnvironment(env, 'ACCOUNT'),
    keyId: fromEnvironment(env, 'KEY_ID'),
  };
  const missing = required.find((field) => fields[field] === undefined);
  if (missing) {
    const names = { url: 'URL', account: 'ACCOUNT', keyId: 'KEY_ID' };
    throw new CliError('Config', `no profile is chosen, and the environment lacks one: NEREID_${names[missing]} is not set`, {
      next: ['make a profile:    nereid profile create', 'see what is wrong: nereid doctor'],
    });
  }
  const user = fromEnvironment(env, 'USER');
  const actAsAccount = fromEnvironment(env, 'ACT_AS');
  const insecure = insecureFrom(env);
  return {
    name: 'env',
    ...(fields as { url: string; account: string; keyId: string }),
    ...(user !== undefined && { user }),
    ...(actAsAccount !== undefined && { actAsAccount }),
    ...(insecure !== undefined && { insecure }),
  };
}

function insecureFrom(env: Environment): boolean | undefined {
  const word = fromEnvironment(env, 'TLS_INSECURE');
  if (word === undefined) return env['SDC_TESTING'] ? true : undefined;
  const value = { true: true, 1: true, false: false, 0: false }[word];
  if (value === undefined) throw config(`TLS_INSECURE must be true, 1, false or 0, not "${word}"`);
  return value;
}

function config(message: string): CliError {
  return new CliError('Config', message);
}
