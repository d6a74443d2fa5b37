import type { Authenticator } from '@nats-io/transport-node';
import { NKey } from './nkey';

/** Proves at each connection that we hold the key that the JWT names. */
export function authenticatorOf(credentials: { readonly jwt: string; readonly seed: string }): Authenticator {
  const key = NKey.fromSeed(credentials.seed);
  return (nonce) => ({ jwt: credentials.jwt, nkey: key.publicKey, sig: nonce ? key.sign(nonce).toString('base64url') : '' });
}
