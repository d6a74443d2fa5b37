import { z } from 'zod';
import { AccountId } from '../ids';
import { rpc } from '../rpc';
import { Instant } from '../units';
import { Account } from './accounts';

/** MD5 of the key's SSH wire form, `aa:bb:…`: the name by which clients know a key. */
export const KeyFingerprint = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){15}$/, 'must be an MD5 fingerprint');

export const SshKey = z.object({
  account: AccountId,
  name: z.string().min(1).max(64),
  /** OpenSSH public key line. */
  publicKey: z.string(),
  type: z.enum(['rsa', 'ecdsa', 'ed25519']),
  fingerprint: KeyFingerprint,
  /** `SHA256:base64`, without padding. */
  sha256Fingerprint: z.string(),
  createdAt: Instant,
});
export type SshKey = z.infer<typeof SshKey>;

/** Keys of an account, oldest first. */
export const listKeys = rpc({
  subject: 'identity.v1.keys.list',
  request: z.object({ account: AccountId }),
  reply: z.object({ keys: z.array(SshKey) }),
  timeoutMs: 3_000,
});

/** One key, by name or either fingerprint. @throws ResourceNotFound */
export const getKey = rpc({
  subject: 'identity.v1.keys.get',
  request: z.object({ account: AccountId, key: z.string() }),
  reply: SshKey,
  timeoutMs: 3_000,
});

/**
 * Adds a key. Without a name, the fingerprint is its name. The same key under the same name again answers the key that is there.
 * @throws InvalidArgument not a public key, or of a kind that cannot sign requests
 * @throws InUse the name or the fingerprint is taken
 */
export const createKey = rpc({
  subject: 'identity.v1.keys.create',
  request: z.object({ account: AccountId, name: z.string().min(1).max(64).optional(), publicKey: z.string().max(16_384) }),
  reply: SshKey,
  timeoutMs: 5_000,
});

/** Removes a key, by name or either fingerprint. @throws ResourceNotFound */
export const deleteKey = rpc({
  subject: 'identity.v1.keys.delete',
  request: z.object({ account: AccountId, key: z.string() }),
  reply: z.object({}),
  timeoutMs: 5_000,
});

/**
 * The account and key behind a request's keyId, in one call: what a door needs to check a signature.
 * `login` is a login or an account id; `key` a name or fingerprint. @throws InvalidCredentials whatever is unknown, without saying which
 */
export const resolveKey = rpc({
  subject: 'identity.v1.keys.resolve',
  request: z.object({ login: z.string(), key: z.string() }),
  reply: z.object({ account: Account, key: SshKey }),
  timeoutMs: 3_000,
});
