import { createHmac, timingSafeEqual } from 'node:crypto';

/** Length of a step in milliseconds. Source: RFC 6238, recommended time step; what authenticator apps assume. */
const stepMs = 30_000;

/** Bytes of a secret. Source: RFC 4226, section 4: 160 bits are recommended. */
export const secretBytes = 20;

/**
 * The step whose code this is, or undefined. One step of either side counts too, for clocks that differ and for people who type slowly.
 * Source: RFC 6238 with HMAC-SHA-1 and six digits.
 */
export function stepOf(secret: Buffer, code: string, nowMs: number): number | undefined {
  const now = Math.floor(nowMs / stepMs);
  // Each of them is looked at, whichever fits, so that the time it takes says nothing.
  return [now - 1, now, now + 1].filter((step) => isSame(codeAt(secret, step), code)).at(-1);
}

/** The code of a moment, as an authenticator app shows it. */
export function codeAtTime(secret: Buffer, nowMs: number): string {
  return codeAt(secret, Math.floor(nowMs / stepMs));
}

function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = digest[digest.length - 1]! & 0x0f;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base32 without padding, as authenticator apps take secrets. Source: RFC 4648, section 6. */
export function base32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(value >>> (bits - 5)) & 31];
    value &= 0xff;
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text;
}
