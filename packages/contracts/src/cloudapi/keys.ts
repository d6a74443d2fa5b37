import { z } from 'zod';
import { route } from './route';
import { AccountParams, NoInput } from './wire-values';

export const KeyObject = z.object({
  name: z.string(),
  fingerprint: z.string().describe('MD5 of the key, as sixteen pairs of hex digits with colons between.'),
  key: z.string().describe('The public key as one line of OpenSSH, with its comment.'),
});

const KeyParams = AccountParams.extend({ name: z.string().describe('Name or fingerprint, percent-encoded.') });

export const listKeys = route({
  name: 'ListKeys',
  method: 'GET',
  path: '/:account/keys',
  summary: 'Lists the SSH keys of the account.',
  params: AccountParams,
  input: NoInput,
  reply: z.array(KeyObject),
});

export const createKey = route({
  name: 'CreateKey',
  method: 'POST',
  path: '/:account/keys',
  summary: 'Adds an SSH key: RSA, ECDSA or Ed25519.',
  description: "New instances let the holder of any of the account's keys log in as root. Without a name the fingerprint is the name.",
  params: AccountParams,
  input: z.object({ key: z.string(), name: z.string().optional() }),
  reply: KeyObject,
  status: 201,
  headers: { Location: 'Path of the key, by fingerprint.' },
  errors: ['InvalidArgument', 'MissingParameter', 'UnsupportedMediaType'],
});

export const getKey = route({
  name: 'GetKey',
  method: 'GET',
  path: '/:account/keys/:name',
  summary: 'Shows one key, by name or fingerprint.',
  params: KeyParams,
  input: NoInput,
  reply: KeyObject,
});

export const deleteKey = route({
  name: 'DeleteKey',
  method: 'DELETE',
  path: '/:account/keys/:name',
  summary: 'Removes a key, by name or fingerprint.',
  params: KeyParams,
  input: NoInput,
  status: 204,
});
