import { existsSync, readFileSync } from 'node:fs';
import { loadPrivateKey, type Signer } from '@nereid/http-signature';
import { Problem } from '../diagnostics/problem';
import { optional } from '../schema/declare';
import type { Block } from '../schema/schema';
import type { ObjectValue, Value } from '../values/value';

/** Variables of the environment that stand in for an argument; the first that is set wins. */
export const variables = {
  url: ['NEREID_URL', 'TRITON_URL', 'SDC_URL'],
  account: ['NEREID_ACCOUNT', 'TRITON_ACCOUNT', 'SDC_ACCOUNT'],
  key_id: ['NEREID_KEY_ID', 'TRITON_KEY_ID', 'SDC_KEY_ID'],
  key_material: ['NEREID_KEY_MATERIAL', 'TRITON_KEY_MATERIAL', 'SDC_KEY_MATERIAL'],
  key_path: ['NEREID_KEY_PATH'],
  ca_file: ['NEREID_CA_FILE'],
  insecure_skip_tls_verify: ['NEREID_SKIP_TLS_VERIFY', 'TRITON_SKIP_TLS_VERIFY'],
} as const;

type Name = keyof typeof variables;
const orFrom = (name: Name): string => `Or ${variables[name].map((each) => `\`${each}\``).join(', ')}.`;

export const providerBlock: Block = {
  description: 'Instances and keys of an account in a Nereid cloud, or any cloud that speaks CloudAPI.',
  attributes: {
    url: optional('string', `Where the API is: \`https://HOST\`. ${orFrom('url')}`, { check: complaintAboutUrl }),
    account: optional('string', `Login of the account. ${orFrom('account')}`),
    key_id: optional('string', `Fingerprint (MD5) of the account’s key that signs; that of the given key unless told. ${orFrom('key_id')}`),
    key_material: optional('string', `The private key as PEM, or the path of its file; without a passphrase. ${orFrom('key_material')}`, {
      isSensitive: true,
    }),
    key_path: optional('string', `Path of the private key’s file. ${orFrom('key_path')}`),
    ca_file: optional(
      'string',
      `Path of the authority (PEM) that signed the API’s certificate; the system’s unless told. ${orFrom('ca_file')}`,
    ),
    insecure_skip_tls_verify: optional('bool', `Whether to trust any certificate. ${orFrom('insecure_skip_tls_verify')}`),
  },
};

/** What it takes to speak to the API. */
export interface Settings {
  readonly url: string;
  readonly signer: Signer;
  readonly ca: string | undefined;
  readonly isInsecure: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings from the configuration, and where that says nothing from the environment. @throws AggregateError of Problems: all that is wrong */
export function settingsOf(config: ObjectValue, env: Environment): Settings {
  const given = (name: Name): string | undefined => asText(config[name]) ?? variables[name].map((each) => env[each]).find(Boolean);
  const missing = (['url', 'account'] as const)
    .filter((name) => given(name) === undefined)
    .map((name) => new Problem(`Missing ${name}`, `Set ${name} in the provider’s block, or one of ${variables[name].join(', ')}.`, [name]));
  const url = given('url');
  const complaint = url === undefined ? undefined : complaintAboutUrl(url);
  if (complaint !== undefined) missing.push(new Problem('Invalid url', complaint, ['url']));
  const key = attempt(() => privateKey(given('key_material'), given('key_path')), missing);
  const ca = attempt(() => authority(given('ca_file')), missing);
  if (key) attempt(() => checkKeyId(given('key_id'), key.publicKey), missing);
  if (missing.length > 0) throw new AggregateError(missing);
  return {
    url: url!,
    signer: { keyId: `/${given('account')}/keys/${key!.publicKey.md5}`, privateKey: key!.privateKey, keyType: key!.publicKey.type },
    ca,
    isInsecure: !['', 'false', '0', undefined].includes(given('insecure_skip_tls_verify')),
  };
}

function privateKey(material: string | undefined, path: string | undefined): ReturnType<typeof loadPrivateKey> {
  const at = material !== undefined ? 'key_material' : 'key_path';
  const isPem = material?.includes('-----BEGIN') ?? false;
  const file = isPem ? undefined : (material ?? path);
  if (!isPem && file === undefined) {
    const how = 'Set key_path or key_material in the provider’s block, or NEREID_KEY_PATH. Keys of an SSH agent are not used.';
    throw new Problem('Missing key', how);
  }
  try {
    return loadPrivateKey(isPem ? material! : readFileSync(file!, 'utf8'));
  } catch (error) {
    throw new Problem('Unusable key', `The private key ${file ? `in ${file} ` : ''}cannot be read: ${(error as Error).message}`, [at]);
  }
}

function authority(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  if (!existsSync(file)) throw new Problem('No such file', `There is no file ${file}.`, ['ca_file']);
  return readFileSync(file, 'utf8');
}

function checkKeyId(id: string | undefined, { md5, sha256 }: { md5: string; sha256: string }): void {
  if (id === undefined || id === sha256) return;
  const digits = (text: string): string => text.replace(/^MD5:/i, '').replaceAll(':', '').toLowerCase();
  if (digits(id) === digits(md5)) return;
  throw new Problem('Another key', `The private key has the fingerprint ${md5}, and not ${id}.`, ['key_id']);
}

function complaintAboutUrl(value: unknown): string | undefined {
  return URL.canParse(String(value)) && new URL(String(value)).protocol === 'https:'
    ? undefined
    : 'Must be a URL that begins with https://.';
}

function asText(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : undefined;
}

function attempt<T>(act: () => T, problems: Problem[]): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problems.push(error);
    return undefined;
  }
}
