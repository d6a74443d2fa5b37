import { z } from 'zod';
import { ServerId } from '../ids';

/**
 * `POST /enrol` at adminapi, over HTTPS, by a one-time token: a server becomes part of the cloud. The agent makes its NATS key itself
 * and sends the public half; the seed never leaves the server. A token works once; the same token with the same public key answers the
 * same server again, so that a lost reply costs nothing.
 * @throws InvalidCredentials the token is unknown, used by another key, or expired
 */
export const enrolPath = '/enrol';

export const EnrolRequest = z.strictObject({
  token: z.string().min(32).max(128),
  /** Public user nkey, `U…`. */
  publicKey: z.string().regex(/^U[A-Z2-7]{55}$/),
  hostname: z.string().min(1).max(255),
  driver: z.enum(['linux', 'smartos', 'simulated']),
});
export type EnrolRequest = z.infer<typeof EnrolRequest>;

export const EnrolReply = z.object({
  server: ServerId,
  datacenter: z.string(),
  installation: z.string().regex(/^[0-9a-f]{8}$/),
  userJwt: z.string(),
  busServers: z.array(z.string()),
});
export type EnrolReply = z.infer<typeof EnrolReply>;
