import { hash, verify } from '@node-rs/argon2';

/** 19 MiB, two passes, one lane: OWASP's first choice for argon2id; some 25 ms a try. The library's default algorithm is argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password, cost);
}

export function isPassword(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, password);
}
