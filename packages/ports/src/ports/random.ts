import { randomBytes } from 'node:crypto';

/** Randomness for choices and secrets. */
export interface Random {
  /** A number in [0, 1). Not for secrets. */
  fraction(): number;
  /** Bytes fit for tokens and keys. */
  bytes(count: number): Buffer;
}

export class SystemRandom implements Random {
  fraction(): number {
    return Math.random();
  }

  bytes(count: number): Buffer {
    return randomBytes(count);
  }
}
