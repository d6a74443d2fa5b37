import { z } from 'zod';
import { Login } from '../identity/accounts';
import { AccountId, NetworkId } from '../ids';
import { Instant, Size } from '../units';
import { route } from './route';
import { AccountParams, Page, pageHeaders } from './wire-values';

const person = {
  company_name: z.string().max(256).optional(),
  first_name: z.string().max(256).optional(),
  last_name: z.string().max(256).optional(),
  address: z.string().max(256).optional(),
  postal_code: z.string().max(64).optional(),
  city: z.string().max(256).optional(),
  state: z.string().max(256).optional(),
  country: z.string().max(256).optional(),
  phone: z.string().max(64).optional(),
  default_network: NetworkId.optional(),
};

/** A customer's account. */
export const AccountObject = z.object({
  uuid: AccountId,
  login: z.string(),
  email: z.string(),
  ...person,
  cns_enabled: z.boolean(),
  approved_for_provisioning: z.boolean(),
  disabled: z.boolean(),
  created_at: Instant,
  updated_at: Instant,
  version: z.number().int(),
});
export type AccountObject = z.infer<typeof AccountObject>;

export const listAccounts = route({
  name: 'ListAccounts',
  method: 'GET',
  path: '/identity/accounts',
  summary: 'Lists accounts by login.',
  query: z.strictObject({ ...Page }),
  reply: z.array(AccountObject),
  headers: pageHeaders,
});

export const getAccount = route({
  name: 'GetAccount',
  method: 'GET',
  path: '/identity/accounts/:uuid',
  summary: 'Shows one account.',
  params: AccountParams,
  reply: AccountObject,
  etag: 'shows',
  errors: ['ResourceNotFound'],
});

export const createAccount = route({
  name: 'CreateAccount',
  method: 'POST',
  path: '/identity/accounts',
  summary: 'Makes an account.',
  body: z.strictObject({
    uuid: AccountId.optional(),
    login: Login,
    email: z.email(),
    ...person,
    cns_enabled: z.boolean().optional(),
    approved_for_provisioning: z.boolean().optional(),
  }),
  reply: AccountObject,
  status: 201,
  errors: ['InUse'],
});

export const updateAccount = route({
  name: 'UpdateAccount',
  method: 'POST',
  path: '/identity/accounts/:uuid',
  summary: 'Changes an account; fields not named stay.',
  params: AccountParams,
  body: z.strictObject({ email: z.email().optional(), ...person, cns_enabled: z.boolean().optional() }),
  reply: AccountObject,
  etag: 'checks',
  errors: ['ResourceNotFound', 'InUse', 'PreconditionFailed'],
});

export const KeyObject = z.object({
  name: z.string(),
  fingerprint: z.string().describe('MD5, with colons.'),
  sha256_fingerprint: z.string(),
  type: z.enum(['rsa', 'ecdsa', 'ed25519']),
  key: z.string().describe('OpenSSH public key line.'),
  created_at: Instant,
});
export type KeyObject = z.infer<typeof KeyObject>;

export const listKeys = route({
  name: 'ListKeys',
  method: 'GET',
  path: '/identity/accounts/:uuid/keys',
  summary: "Lists an account's keys, oldest first.",
  params: AccountParams,
  reply: z.array(KeyObject),
});

export const createKey = route({
  name: 'CreateKey',
  method: 'POST',
  path: '/identity/accounts/:uuid/keys',
  summary: 'Adds a key.',
  params: AccountParams,
  body: z.strictObject({ name: z.string().min(1).max(64).optional(), key: z.string().min(1).max(16_384) }),
  reply: KeyObject,
  status: 201,
  errors: ['InvalidArgument', 'InUse', 'ResourceNotFound'],
});

export const deleteKey = route({
  name: 'DeleteKey',
  method: 'DELETE',
  path: '/identity/accounts/:uuid/keys/:fingerprint',
  summary: 'Removes a key, by MD5 fingerprint.',
  params: z.strictObject({ uuid: AccountId, fingerprint: z.string().max(128) }),
  errors: ['ResourceNotFound'],
});

/** What an account's instances use, and how much they may. A limit that is absent does not exist. */
export const UsageObject = z.object({
  instances: Size,
  memory_mib: Size,
  quota_gib: Size,
  limits: z.strictObject({ instances: Size.optional(), memory_mib: Size.optional(), quota_gib: Size.optional() }),
});
export type UsageObject = z.infer<typeof UsageObject>;

export const getUsage = route({
  name: 'GetUsage',
  method: 'GET',
  path: '/identity/accounts/:uuid/usage',
  summary: 'Shows what an account uses, and its limits.',
  params: AccountParams,
  reply: UsageObject,
});

export const setLimits = route({
  name: 'SetLimits',
  method: 'PUT',
  path: '/identity/accounts/:uuid/limits',
  summary: "Sets an account's limits, all of them; those not named fall away.",
  params: AccountParams,
  body: UsageObject.shape.limits,
  reply: UsageObject,
});
