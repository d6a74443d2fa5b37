import { z } from 'zod';
import { OperatorId } from '../ids';
import { rpc } from '../rpc';
import { Login } from './accounts';

/** Someone who runs the cloud. The password and the secret of the second factor never leave identity. */
export const Operator = z.object({
  id: OperatorId,
  login: Login,
  totpEnabled: z.boolean(),
  /** Sessions that began earlier were begun with another password. */
  passwordChangedAt: z.iso.datetime().optional(),
});
export type Operator = z.infer<typeof Operator>;

const code = z.string().regex(/^\d{6}$/, 'must be six digits');

/**
 * Checks an operator's password, and the code of the second factor where there is one. Takes as long for a login that does not exist.
 * Services only. A code works once.
 * @throws InvalidCredentials the login or the password is wrong, without saying which; with an entry for `totp` in `errors` when those are
 *   right and the code is `Missing` or `Invalid`
 * @throws TooManyRequests too many tries with this login
 */
export const verifyOperator = rpc({
  subject: 'identity.v1.operators.verify',
  request: z.object({ login: z.string().max(64), password: z.string().max(256), totp: code.optional() }),
  reply: Operator,
  timeoutMs: 10_000,
});

/** One operator. @throws ResourceNotFound */
export const getOperator = rpc({
  subject: 'identity.v1.operators.get',
  request: z.object({ id: OperatorId }),
  reply: Operator,
  timeoutMs: 3_000,
});

/** Makes a secret for the calling operator's second factor; it counts when confirmed. Again: another secret. @throws Conflict one is on already */
export const beginOperatorTotp = rpc({
  subject: 'identity.v1.operators.totp-begin',
  request: z.object({}),
  reply: z.object({ secret: z.string() }),
  timeoutMs: 3_000,
});

/** Turns the calling operator's second factor on. @throws InvalidArgument the code is wrong @throws Conflict none was begun */
export const confirmOperatorTotp = rpc({
  subject: 'identity.v1.operators.totp-confirm',
  request: z.object({ code }),
  reply: Operator,
  timeoutMs: 3_000,
});

/** Turns the calling operator's second factor off. @throws InvalidArgument the code is wrong @throws Conflict it is off */
export const removeOperatorTotp = rpc({
  subject: 'identity.v1.operators.totp-remove',
  request: z.object({ code }),
  reply: Operator,
  timeoutMs: 3_000,
});
