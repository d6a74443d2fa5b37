import { z } from 'zod';
import { OperatorId } from '../ids';
import { Instant } from '../units';
import { route } from './route';

/** Name of the session's cookie: HttpOnly, SameSite=Strict, and Secure wherever the door speaks TLS (then with the prefix `__Host-`). */
export const sessionCookie = 'nereid_session';

/** Who is signed in, and until when. */
export const SessionObject = z.object({
  operator: z.object({ uuid: OperatorId, login: z.string(), totp_enabled: z.boolean() }),
  /** For the header `x-csrf-token` of every request that changes something. */
  csrf_token: z.string(),
  datacenter: z.string(),
  created_at: Instant,
  /** When it ends if nothing more is asked; moves with each request. */
  idle_expires_at: Instant,
  /** When it ends in any case. */
  expires_at: Instant,
});
export type SessionObject = z.infer<typeof SessionObject>;

export const TotpCode = z.string().regex(/^\d{6}$/, 'must be six digits');

export const signIn = route({
  name: 'SignIn',
  method: 'POST',
  path: '/sessions',
  summary: 'Signs an operator in.',
  description:
    'Sets the cookie. When the operator has a second factor and `totp` is absent, the answer is InvalidCredentials with an entry for ' +
    '`totp` of code `Missing` in `errors`: ask for the code and send all three again.',
  session: false,
  body: z.strictObject({ login: z.string().min(1).max(64), password: z.string().min(1).max(256), totp: TotpCode.optional() }),
  reply: SessionObject,
  status: 201,
  errors: ['InvalidCredentials', 'TooManyRequests'],
});

export const getSession = route({
  name: 'GetSession',
  method: 'GET',
  path: '/sessions/current',
  summary: 'Shows who is signed in.',
  reply: SessionObject,
});

export const signOut = route({ name: 'SignOut', method: 'DELETE', path: '/sessions/current', summary: 'Ends the session.' });

export const beginTotp = route({
  name: 'BeginTotp',
  method: 'POST',
  path: '/sessions/current/totp',
  summary: 'Makes a secret for a second factor; it counts once a code has been verified.',
  reply: z.object({ secret: z.string().describe('Base32.'), otpauth_url: z.string().describe('For a QR code.') }),
  errors: ['Conflict'],
});

export const verifyTotp = route({
  name: 'VerifyTotp',
  method: 'POST',
  path: '/sessions/current/totp/verify',
  summary: 'Turns the second factor on, by a code of the new secret.',
  body: z.strictObject({ code: TotpCode }),
  reply: SessionObject,
});

export const removeTotp = route({
  name: 'RemoveTotp',
  method: 'POST',
  path: '/sessions/current/totp/remove',
  summary: 'Turns the second factor off, by a code of it.',
  body: z.strictObject({ code: TotpCode }),
  reply: SessionObject,
});
