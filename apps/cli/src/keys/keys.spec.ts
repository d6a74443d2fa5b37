import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyObjects, parseSignedRequest, parseSshPublicKey, signatureMatches } from '@nereid/http-signature';
import type { Terminal } from '../ports/terminal';
import { findKey, toBlob } from './key-ring';
import { Locked, readPrivateKey } from './private-key';
import { signerFor } from './signer';

const kinds = [
  ['rsa', '2048'],
  ['ecdsa', '256'],
  ['ecdsa', '384'],
  ['ecdsa', '521'],
  ['ed25519', '256'],
] as const;
const nowMs = Date.UTC(2026, 10, 28, 12);

describe('keys', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nereid-keys-'));
    for (const [type, bits] of kinds) {
      keygen(`${type}${bits}`, type, bits, '');
    }
    keygen('locked', 'ed25519', '256', 'open sesame', '-a', '1');
    keygen('locked-cbc', 'ecdsa', '256', 'open sesame', '-a', '1', '-Z', 'aes192-cbc');
    keygen('pem', 'ecdsa', '256', '', '-m', 'PEM');
    keygen('locked-pem', 'ecdsa', '256', 'open sesame', '-m', 'PEM');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function keygen(name: string, type: string, bits: string, passphrase: string, ...more: string[]): void {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-b', bits, '-N', passphrase, '-C', name, '-f', join(folder, name), ...more]);
  }
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const publicKey = (name: string): ReturnType<typeof parseSshPublicKey> => parseSshPublicKey(read(`${name}.pub`));
  const blobOf = (name: string): string => read(`${name}.pub`).split(' ')[1]!;

  const names = [...kinds.map(([type, bits]) => `${type}${bits}`), 'pem'];

  it.each(names)('%s is read, and its public half is the one beside it', async (name) => {
    expect(toBlob(await readPrivateKey(read(name))).toString('base64')).toBe(blobOf(name));
  });

  it.each(['locked', 'locked-cbc', 'locked-pem'])('%s opens by its passphrase alone', async (name) => {
    await expect(readPrivateKey(read(name))).rejects.toBeInstanceOf(Locked);
    await expect(readPrivateKey(read(name), 'wrong')).rejects.toBeInstanceOf(Locked);
    expect(toBlob(await readPrivateKey(read(name), 'open sesame')).toString('base64')).toBe(blobOf(name));
  });

  /** A terminal at which a person answers these, one after the other. */
  function terminal(...answers: string[]): Terminal {
    return { ask: () => Promise.resolve(answers.shift()!), complain: () => undefined } as unknown as Terminal;
  }

  async function signs(name: string, agentSocket?: string, at = terminal()): Promise<boolean> {
    const key = publicKey(name);
    const found = await findKey(key.md5, { agentSocket, folder });
    const sign = await signerFor(`/acme/keys/${key.md5}`, found, at);
    const request = { method: 'GET', url: '/my/machines?limit=1' };
    const signed = parseSignedRequest({ ...request, headers: await sign(request, nowMs) }, nowMs);
    return signatureMatches(signed, key, new KeyObjects().get(key));
  }

  it.each(names)('%s signs what the door accepts', async (name) => expect(await signs(name)).toBe(true));

  it('asks for the passphrase until it is right', async () => {
    expect(await signs('locked', undefined, terminal('no', 'neither', 'open sesame'))).toBe(true);
  });

  it('is found by either fingerprint; a missing one names those that are there', async () => {
    const { md5, sha256 } = publicKey('ecdsa256');
    for (const name of [md5, `MD5:${md5}`, sha256])
      expect((await findKey(name, { agentSocket: undefined, folder })).comment).toBe('ecdsa256');
    const missing = findKey('SHA256:nothing', { agentSocket: undefined, folder });
    await expect(missing).rejects.toMatchObject({
      code: 'Signing',
      detail: { next: expect.arrayContaining([expect.stringContaining(md5)]) },
    });
  });

  it.each(['ed25519256', 'locked', 'pem'])('is found without the .pub beside it: %s', async (name) => {
    const line = read(`${name}.pub`);
    unlinkSync(join(folder, `${name}.pub`));
    try {
      const found = await findKey(parseSshPublicKey(line).md5, { agentSocket: undefined, folder });
      expect(found).toMatchObject({ place: 'file', file: join(folder, name) });
    } finally {
      execFileSync('tee', [join(folder, `${name}.pub`)], { input: line });
    }
  });

  describe('in an SSH agent', () => {
    let agent: ChildProcess;
    let socket: string;
    beforeAll(async () => {
      socket = join(folder, 'agent');
      agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      while (!existsSync(socket)) await new Promise((resolve) => setImmediate(resolve));
      for (const [type, bits] of kinds)
        execFileSync('ssh-add', ['-q', join(folder, `${type}${bits}`)], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    });
    afterAll(
      () =>
        new Promise<void>((resolve) => {
          agent.once('exit', () => resolve());
          agent.kill();
        }),
    );

    it.each(kinds.map(([type, bits]) => `${type}${bits}`))('%s signs what the door accepts', async (name) => {
      expect((await findKey(publicKey(name).md5, { agentSocket: socket, folder })).place).toBe('agent');
      expect(await signs(name, socket)).toBe(true);
    });

    it('an agent that went away is no error', async () => {
      expect((await findKey(publicKey('pem').md5, { agentSocket: join(folder, 'nobody'), folder })).place).toBe('file');
    });
  });

  it('what is no key says so', async () => {
    await expect(readPrivateKey('hello')).rejects.toThrow();
  });
});
