import { SignatureError } from './signature-error';
import type { SshKeyType } from './ssh-key';

export interface Algorithm {
  readonly name: string;
  readonly keyType: SshKeyType;
  /** Digest for node's crypto; null for Ed25519, which hashes inside and carries `sha512` as a label only. */
  readonly digest: 'sha1' | 'sha256' | 'sha384' | 'sha512' | null;
}

/** sha1 stays because an old ssh-agent can do nothing else with an RSA key. */
const accepted: ReadonlyMap<string, Algorithm> = new Map(
  (
    [
      ['rsa-sha1', 'rsa', 'sha1'],
      ['rsa-sha256', 'rsa', 'sha256'],
      ['rsa-sha384', 'rsa', 'sha384'],
      ['rsa-sha512', 'rsa', 'sha512'],
      // The hash is not tied to the curve: a common client signs with sha512 whatever the curve is.
      ['ecdsa-sha256', 'ecdsa', 'sha256'],
      ['ecdsa-sha384', 'ecdsa', 'sha384'],
      ['ecdsa-sha512', 'ecdsa', 'sha512'],
      ['ed25519-sha512', 'ed25519', null],
    ] as const
  ).map(([name, keyType, digest]) => [name, { name, keyType, digest }]),
);

/** Names that clients know but that are not taken: DSA is obsolete, a shared secret is no public key. */
const recognised = /^(?:dsa|hmac)-sha(?:1|256|512)$/;

/**
 * @throws SignatureError `InvalidHeader` a name nobody knows; `InvalidCredentials` a known one that is not accepted
 */
export function algorithmByName(name: string): Algorithm {
  const found = accepted.get(name.toLowerCase());
  if (found) return found;
  if (recognised.test(name)) throw new SignatureError('InvalidCredentials', `Signatures with ${name} are not accepted.`);
  throw new SignatureError('InvalidHeader', `${name} is no known signature algorithm.`);
}

/** The algorithm that a key of this type signs with when nothing else is asked for. */
export function defaultAlgorithm(keyType: SshKeyType): Algorithm {
  return algorithmByName(keyType === 'ed25519' ? 'ed25519-sha512' : `${keyType}-sha256`);
}
