import type { KeyObject } from 'node:crypto';
import { sign as cryptoSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { defaultAlgorithm, type Algorithm } from '@nereid/http-signature/algorithm';
import { signRequestWith, type ToSign } from '@nereid/http-signature/sign';
import type { Terminal } from '../ports/terminal';
import type { FoundKey } from './key-ring';
import { Locked, readPrivateKey } from './private-key';
import { SshReader } from './wire';

/** Signs requests as one account with one key. */
export type RequestSigner = (request: ToSign, nowMs: number) => Promise<Record<string, string>>;

/**
 * A signer for a key that was found. A locked file is opened by the passphrase that the person gives, asked again until it is right.
 * @throws CliError `Setup` it is locked and there is no terminal
 */
export async function signerFor(keyId: string, found: FoundKey, terminal: Terminal): Promise<RequestSigner> {
  const { keyType, algorithm } = algorithmOf(found);
  if (found.place === 'agent') {
    return (request, nowMs) =>
      signRequestWith({ keyId, keyType }, { ...request, algorithm }, nowMs, (text) => found.agent.sign(found.blob, text));
  }
  const key = await unlock(found.file, terminal);
  const { digest } = defaultAlgorithm(keyType);
  return (request, nowMs) => signRequestWith({ keyId, keyType }, request, nowMs, (text) => Promise.resolve(cryptoSign(digest, text, key)));
}

async function unlock(file: string, terminal: Terminal): Promise<KeyObject> {
  const text = readFileSync(file, 'utf8');
  let passphrase: string | undefined;
  for (;;) {
    try {
      return await readPrivateKey(text, passphrase);
    } catch (error) {
      if (!(error instanceof Locked)) throw error;
      if (passphrase !== undefined) terminal.complain('That is not its passphrase.');
      passphrase = await terminal.ask(`Passphrase of ${file}: `, true);
    }
  }
}

/** An agent hashes ECDSA by the curve, whatever is asked for. */
function algorithmOf({ blob }: FoundKey): { keyType: Algorithm['keyType']; algorithm: string } {
  const type = new SshReader(blob).text();
  if (type === 'ssh-ed25519') return { keyType: 'ed25519', algorithm: 'ed25519-sha512' };
  if (!type.startsWith('ecdsa-')) return { keyType: 'rsa', algorithm: 'rsa-sha256' };
  const hash = { nistp256: 'sha256', nistp384: 'sha384', nistp521: 'sha512' }[type.slice('ecdsa-sha2-'.length)] ?? 'sha256';
  return { keyType: 'ecdsa', algorithm: `ecdsa-${hash}` };
}
