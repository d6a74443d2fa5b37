import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPrivateKey } from './ssh-key';
import type { Signer } from './sign';

export interface GeneratedKey {
  readonly publicLine: string;
  readonly privatePem: string;
  /** As `ssh-keygen -l` prints them. */
  readonly md5: string;
  readonly sha256: string;
}

/** For tests: keys made by the real ssh-keygen, by kind. */
export function generateKeys(): Record<'rsa' | 'ecdsa256' | 'ecdsa384' | 'ecdsa521' | 'ed25519', GeneratedKey> {
  const folder = mkdtempSync(join(tmpdir(), 'nereid-keys-'));
  const make = (name: string, ...kind: string[]): GeneratedKey => {
    const file = join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-N', '', '-C', `${name} of a test`, '-f', file, ...kind]);
    const fingerprint = (hash: string): string =>
      execFileSync('ssh-keygen', ['-l', '-E', hash, '-f', `${file}.pub`], { encoding: 'utf8' }).split(' ')[1]!;
    return {
      publicLine: readFileSync(`${file}.pub`, 'utf8'),
      privatePem: readFileSync(file, 'utf8'),
      md5: fingerprint('md5').replace(/^MD5:/, ''),
      sha256: fingerprint('sha256'),
    };
  };
  try {
    return {
      rsa: make('rsa', '-t', 'rsa', '-b', '2048'),
      ecdsa256: make('ecdsa256', '-t', 'ecdsa', '-b', '256'),
      ecdsa384: make('ecdsa384', '-t', 'ecdsa', '-b', '384'),
      ecdsa521: make('ecdsa521', '-t', 'ecdsa', '-b', '521'),
      ed25519: make('ed25519', '-t', 'ed25519'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A signer for a generated key. */
export function signerFor(key: GeneratedKey, login: string): Signer {
  const { privateKey, publicKey } = loadPrivateKey(key.privatePem);
  return { keyId: `/${login}/keys/${publicKey.md5}`, privateKey, keyType: publicKey.type };
}
