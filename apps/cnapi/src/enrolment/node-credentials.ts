import type { ServerId } from '@nereid/contracts';

/** Makes and withdraws what lets a node onto the bus. */
export interface NodeCredentials {
  /** A user JWT for a node's public key, limited to that server's subjects. */
  mint(server: ServerId, publicKey: string): Promise<string>;
  /** Keeps a key off the bus from now on, also after a restart of the bus; the connection it has is cut. Safe to repeat. */
  revoke(publicKey: string): Promise<void>;
}
