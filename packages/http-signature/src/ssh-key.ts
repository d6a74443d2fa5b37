import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import sshpk from 'sshpk';

export type SshKeyType = 'rsa' | 'ecdsa' | 'ed25519';

/** A public key as people paste it, understood. */
export interface SshPublicKey {
  readonly type: SshKeyType;
  /** `ssh-ed25519 AAAA… comment` in one line, without surrounding blanks. */
  readonly openssh: string;
  /** Empty when the line has none. */
  readonly comment: string;
  /** Sixteen pairs of hex digits with colons between. */
  readonly md5: string;
  /** `SHA256:` and base64 without padding. */
  readonly sha256: string;
  readonly bits: number;
}

export class SshKeyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SshKeyError';
  }
}

const maxLength = 16_384;
const types: readonly string[] = ['rsa', 'ecdsa', 'ed25519'];

/**
 * Reads one line of an OpenSSH public key file: RSA, ECDSA on nistp256/384/521, Ed25519.
 * @throws SshKeyError it is not such a line; the message says what is wrong with it
 */
export function parseSshPublicKey(text: string): SshPublicKey {
  const line = text.trim();
  if (line.length > maxLength) throw new SshKeyError('The key is longer than any real one.');
  if (/[\r\n\0]/.test(line)) throw new SshKeyError('One key in one line is expected.');
  const parts = line.split(/[ \t]+/);
  if (parts.length < 2) throw new SshKeyError('A key looks like "ssh-ed25519 AAAA… comment".');
  const key = readKey(`${parts[0]} ${parts[1]}`);
  if (!types.includes(key.type)) throw new SshKeyError(`Keys of type ${key.type} are not accepted; use Ed25519, ECDSA or RSA.`);
  return {
    type: key.type as SshKeyType,
    openssh: parts.join(' '),
    comment: parts.slice(2).join(' '),
    md5: key.fingerprint('md5').toString('hex'),
    sha256: key.fingerprint('sha256').toString('base64'),
    bits: key.size,
  };
}

/** The same key for node's crypto. Costs about a millisecond; see {@link KeyObjects}. */
export function toKeyObject(key: Pick<SshPublicKey, 'openssh'>): KeyObject {
  return createPublicKey(readKey(key.openssh).toString('pkcs8'));
}

/** Reads a private key file (OpenSSH or PEM) for signing, with its public half. */
export function loadPrivateKey(text: string, passphrase?: string): { privateKey: KeyObject; publicKey: SshPublicKey } {
  const key = sshpk.parsePrivateKey(text, 'auto', passphrase === undefined ? {} : { passphrase });
  return {
    privateKey: toPrivateKeyObject(key),
    publicKey: parseSshPublicKey(key.toPublic().toString('ssh')),
  };
}

function toPrivateKeyObject(key: sshpk.PrivateKey): KeyObject {
  if (key.type !== 'ed25519') return createPrivateKey(key.toString('pkcs8'));
  // sshpk writes Ed25519 with both halves, which OpenSSL does not read; a JWK is understood by both.
  const part = key.part as unknown as Record<'k' | 'A', { data: Buffer }>;
  const [d, x] = [part.k.data, part.A.data].map((data) => data.subarray(-32).toString('base64url'));
  return createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', d, x } });
}

function readKey(line: string): sshpk.Key {
  try {
    return sshpk.parseKey(line, 'ssh');
  } catch {
    throw new SshKeyError('The key does not parse as an OpenSSH public key.');
  }
}

/** Key objects by fingerprint, the most recently used kept: parsing a key costs ten times as much as verifying with it. */
export class KeyObjects {
  private readonly kept = new Map<string, KeyObject>();

  constructor(private readonly capacity = 10_000) {}

  get(key: Pick<SshPublicKey, 'openssh' | 'sha256'>): KeyObject {
    const found = this.kept.get(key.sha256);
    const object = found ?? toKeyObject(key);
    if (found) this.kept.delete(key.sha256);
    else if (this.kept.size >= this.capacity) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(key.sha256, object);
    return object;
  }
}
