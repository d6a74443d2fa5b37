import { NKey } from './credentials/nkey';

/** A node's own key. The public half goes to enrolment; the seed never leaves the node. */
export function makeNodeKey(): { publicKey: string; seed: string } {
  const { publicKey, seed } = NKey.generate('user');
  return { publicKey, seed };
}

/** The public half of a seed. @throws Error it is no seed */
export function publicKeyOf(seed: string): string {
  return NKey.fromSeed(seed).publicKey;
}
