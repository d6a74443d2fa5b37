import { createDecipheriv, createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { SshReader } from './wire';

/** The key is locked; ask for its passphrase. */
export class Locked extends Error {}

const begin = '-----BEGIN OPENSSH PRIVATE KEY-----';

/**
 * Reads a private key file: PEM (PKCS#1, SEC 1, PKCS#8) or OpenSSH's own form; RSA, ECDSA, Ed25519.
 * @throws Locked it has a passphrase, and none or a wrong one was given @throws Error it is none
 */
export async function readPrivateKey(text: string, passphrase?: string): Promise<KeyObject> {
  if (text.trimStart().startsWith(begin)) return readOpenSsh(text, passphrase);
  try {
    return createPrivateKey({ key: text, ...(passphrase !== undefined && { passphrase }) });
  } catch (error) {
    if (/ENCRYPTED/.test(text)) throw new Locked();
    throw error;
  }
}

/** Source: OpenSSH, PROTOCOL.key. */
async function readOpenSsh(text: string, passphrase: string | undefined): Promise<KeyObject> {
  const body = text.slice(text.indexOf(begin) + begin.length, text.indexOf('-----END'));
  const reader = new SshReader(Buffer.from(body.replace(/\s+/g, ''), 'base64'));
  const magic = 'openssh-key-v1\0';
  for (const letter of magic) if (reader.byte() !== letter.charCodeAt(0)) throw new Error('the key file is damaged');
  const [cipher, kdf, kdfOptions] = [reader.text(), reader.text(), reader.string()];
  if (reader.uint32() !== 1) throw new Error('the key file holds several keys');
  reader.string(); // the public key
  const sealed = reader.string();
  const inside = new SshReader(cipher === 'none' ? sealed : await unseal(sealed, cipher, kdf, kdfOptions, passphrase));
  // Two equal numbers tell a right passphrase from a wrong one.
  if (inside.uint32() !== inside.uint32()) throw new Locked();
  return createPrivateKey({ format: 'jwk', key: privateJwk(inside) });
}

const keyAndIvLength: Readonly<Record<string, readonly [number, number]>> = {
  'aes128-ctr': [16, 16],
  'aes192-ctr': [24, 16],
  'aes256-ctr': [32, 16],
  'aes128-cbc': [16, 16],
  'aes192-cbc': [24, 16],
  'aes256-cbc': [32, 16],
};

async function unseal(sealed: Buffer, cipher: string, kdf: string, kdfOptions: Buffer, passphrase: string | undefined): Promise<Buffer> {
  const lengths = keyAndIvLength[cipher];
  if (!lengths || kdf !== 'bcrypt') throw new Error(`keys locked by ${cipher} and ${kdf} cannot be read; add the key to the SSH agent`);
  if (passphrase === undefined) throw new Locked();
  const { pbkdf } = await import('bcrypt-pbkdf');
  const options = new SshReader(kdfOptions);
  const salt = options.string();
  const secret = Buffer.from(passphrase, 'utf8');
  const out = Buffer.alloc(lengths[0] + lengths[1]);
  if (secret.length === 0 || pbkdf(secret, secret.length, salt, salt.length, out, out.length, options.uint32()) !== 0) throw new Locked();
  const decipher = createDecipheriv(cipher.replace('aes', 'aes-'), out.subarray(0, lengths[0]), out.subarray(lengths[0])).setAutoPadding(
    false,
  );
  return Buffer.concat([decipher.update(sealed), decipher.final()]);
}

const curves: Readonly<Record<string, readonly [string, number]>> = {
  nistp256: ['P-256', 32],
  nistp384: ['P-384', 48],
  nistp521: ['P-521', 66],
};

function privateJwk(reader: SshReader): JsonWebKey {
  const type = reader.text();
  const base64 = (bytes: Buffer): string => bytes.toString('base64url');
  if (type === 'ssh-ed25519') {
    const x = reader.string();
    return { kty: 'OKP', crv: 'Ed25519', x: base64(x), d: base64(reader.string().subarray(0, 32)) };
  }
  if (type === 'ssh-rsa') {
    const [n, e, d, qi, p, q] = [reader.number(), reader.number(), reader.number(), reader.number(), reader.number(), reader.number()];
    return { kty: 'RSA', n: base64(n), e: base64(e), d: base64(d), p: base64(p), q: base64(q), qi: base64(qi), ...exponents(d, p, q) };
  }
  if (type.startsWith('ecdsa-sha2-')) {
    const curve = curves[reader.text()];
    if (!curve) throw new Error(`keys of type ${type} are not known`);
    const point = reader.string(); // 04, x, y
    const d = reader.number();
    const padded = Buffer.concat([Buffer.alloc(curve[1] - d.length), d]);
    const [x, y] = [point.subarray(1, 1 + curve[1]), point.subarray(1 + curve[1])];
    return { kty: 'EC', crv: curve[0], x: base64(x), y: base64(y), d: base64(padded) };
  }
  throw new Error(`keys of type ${type} are not accepted; use Ed25519, ECDSA or RSA`);
}

/** What OpenSSH leaves out of an RSA key and a JWK must have: d mod (p − 1) and d mod (q − 1). */
function exponents(d: Buffer, p: Buffer, q: Buffer): { dp: string; dq: string } {
  const number = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);
  const text = (value: bigint): string => {
    const hex = value.toString(16);
    return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex').toString('base64url');
  };
  return { dp: text(number(d) % (number(p) - 1n)), dq: text(number(d) % (number(q) - 1n)) };
}
