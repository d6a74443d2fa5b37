import { z } from 'zod';
import { AccountId, NetworkId, OperatorId } from '../ids';
import { hint, rpc } from '../rpc';
import { Instant, PageRequest, pageOf } from '../units';

export const Login = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_.@-]{2,31}$/, 'must begin with a letter and be 3 to 32 letters, digits, _ . @ -');

export const Account = z.object({
  id: AccountId,
  login: Login,
  email: z.email(),
  companyName: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  address: z.string().optional(),
  postalCode: z.string().optional(),
  city: z.string().optional(),
  state: z.string().optional(),
  country: z.string().optional(),
  phone: z.string().optional(),
  cnsEnabled: z.boolean(),
  /** The network that clients use when none is named. */
  defaultNetwork: NetworkId.optional(),
  approvedForProvisioning: z.boolean(),
  disabled: z.boolean(),
  createdAt: Instant,
  updatedAt: Instant,
  version: z.number().int(),
});
export type Account = z.infer<typeof Account>;

/** The parts of an account that its owner may change. */
export const AccountPatch = Account.pick({
  email: true,
  companyName: true,
  firstName: true,
  lastName: true,
  address: true,
  postalCode: true,
  city: true,
  state: true,
  country: true,
  phone: true,
  cnsEnabled: true,
  defaultNetwork: true,
}).partial();
export type AccountPatch = z.infer<typeof AccountPatch>;

/** An account, by id or login. @throws ResourceNotFound */
export const getAccount = rpc({
  subject: 'identity.v1.accounts.get',
  request: z.union([z.object({ id: AccountId }), z.object({ login: z.string() })]),
  reply: Account,
  timeoutMs: 3_000,
});

/** Makes an account. Operators and seeding only. The same login again answers `InUse`. */
export const createAccount = rpc({
  subject: 'identity.v1.accounts.create',
  request: AccountPatch.extend({
    id: AccountId.optional(),
    login: Login,
    email: z.email(),
    approvedForProvisioning: z.boolean().default(true),
  }),
  reply: Account,
  timeoutMs: 5_000,
});

/** Changes an account; fields not named stay. @throws PreconditionFailed it has another version than `ifVersion` */
export const updateAccount = rpc({
  subject: 'identity.v1.accounts.update',
  request: z.object({ id: AccountId, patch: AccountPatch, ifVersion: z.number().int().optional() }),
  reply: Account,
  timeoutMs: 5_000,
});

/** Accounts by login, ascending. Operators only. */
export const listAccounts = rpc({
  subject: 'identity.v1.accounts.list',
  request: z.object({ ...PageRequest }),
  reply: pageOf(Account),
  timeoutMs: 5_000,
});

/** Makes an operator with a password, or sets the password of the one with this login. Seeding and operators only. */
export const ensureOperator = rpc({
  subject: 'identity.v1.operators.ensure',
  request: z.object({ login: Login, password: z.string().min(12).max(256) }),
  reply: z.object({ id: OperatorId, login: Login }),
  timeoutMs: 10_000,
});

/** An account or one of its keys changed; caches of both drop it. */
export const accountHint = hint('identity', 'accounts', z.object({ account: AccountId }));
