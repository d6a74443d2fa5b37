import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error';
import { SshAgent } from './agent';
import { fingerprints, isMeant } from './fingerprint';
import { Locked, readPrivateKey } from './private-key';
import { SshReader, sshString } from './wire';

/** A key that may sign. */
export type FoundKey =
  | { readonly place: 'agent'; readonly blob: Buffer; readonly comment: string; readonly agent: SshAgent }
  /** `blob` is undefined when the file is locked and has no public half beside it. */
  | { readonly place: 'file'; readonly blob: Buffer; readonly comment: string; readonly file: string };

export interface KeyPlaces {
  readonly agentSocket: string | undefined;
  /** `~/.ssh`. */
  readonly folder: string;
}

/**
 * The key of a fingerprint: in the SSH agent, else among the files.
 * @throws CliError `Signing` it is nowhere; with the keys that are there
 */
export async function findKey(fingerprint: string, places: KeyPlaces): Promise<FoundKey> {
  for await (const key of eachKey(places)) if (isMeant(key.blob, fingerprint)) return key;
  const others: string[] = [];
  for await (const key of eachKey(places)) others.push(`${fingerprints(key.blob).md5}  ${key.place === 'file' ? key.file : 'agent'}`);
  throw new CliError('Signing', `no key with fingerprint ${fingerprint} is in the SSH agent or in ${places.folder}`, {
    next: others.length > 0 ? ['keys that are there:', ...others.map((line) => `  ${line}`)] : ['make one: ssh-keygen -t ed25519'],
  });
}

/** Every key that could sign, the agent's first. A file's public half is read from the `.pub` beside it, so that a locked one is known, too. */
export async function* eachKey({ agentSocket, folder }: KeyPlaces): AsyncGenerator<FoundKey> {
  if (agentSocket) {
    const agent = new SshAgent(agentSocket);
    for (const { blob, comment } of await agent.keys()) yield { place: 'agent', blob, comment, agent };
  }
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const isPublic = (name: string): boolean => name.endsWith('.pub');
  for (const name of names.filter(isPublic)) {
    const file = join(folder, name.slice(0, -'.pub'.length));
    const [, base64, comment = ''] = readFileSync(join(folder, name), 'utf8').trim().split(/\s+/);
    if (base64 && existsSync(file)) yield { place: 'file', blob: Buffer.from(base64, 'base64'), comment, file };
  }
  for (const name of names.filter((each) => !isPublic(each) && !names.includes(`${each}.pub`))) {
    const file = join(folder, name);
    const blob = await publicHalf(file);
    if (blob) yield { place: 'file', blob, comment: '', file };
  }
}

/** The public half of a private key file without a `.pub`; undefined for what is no key, or is locked and in PEM. */
async function publicHalf(file: string): Promise<Buffer | undefined> {
  const { size } = statSync(file);
  if (size > 64 * 1024 || !statSync(file).isFile()) return undefined;
  const text = readFileSync(file, 'utf8');
  if (!text.includes('PRIVATE KEY-----')) return undefined;
  try {
    return toBlob(await readPrivateKey(text));
  } catch (error) {
    return error instanceof Locked ? publicPartOf(text) : undefined;
  }
}

/** OpenSSH's form shows the public key even of a locked one. */
function publicPartOf(text: string): Buffer | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/.exec(text)?.[1];
  if (body === undefined) return undefined;
  const reader = new SshReader(Buffer.from(body.replace(/\s+/g, ''), 'base64').subarray('openssh-key-v1\0'.length));
  for (let i = 0; i < 3; i++) reader.string(); // cipher, derivation, its options
  return reader.uint32() === 1 ? reader.string() : undefined;
}

/** A key's public half in SSH's form. Source: RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4. */
export function toBlob(key: KeyObject): Buffer {
  const jwk = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  const part = (name: 'n' | 'e' | 'x' | 'y'): Buffer => Buffer.from(jwk[name]!, 'base64url');
  const positive = (bytes: Buffer): Buffer => (bytes[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
  if (jwk.kty === 'RSA') return Buffer.concat([sshString('ssh-rsa'), sshString(positive(part('e'))), sshString(positive(part('n')))]);
  if (jwk.kty === 'OKP') return Buffer.concat([sshString('ssh-ed25519'), sshString(part('x'))]);
  const curve = { 'P-256': 'nistp256', 'P-384': 'nistp384', 'P-521': 'nistp521' }[jwk.crv!]!;
  const point = Buffer.concat([Buffer.from([4]), part('x'), part('y')]);
  return Buffer.concat([sshString(`ecdsa-sha2-${curve}`), sshString(curve), sshString(point)]);
}
