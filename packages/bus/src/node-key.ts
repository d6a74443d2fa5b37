import { createUser } from '@nats-io/nkeys';

/** A new user key pair for a node; the seed never leaves the server that makes it. */
export function makeNodeKey(): { seed: string; publicKey: string } {
  const pair = createUser();
  return { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
}
