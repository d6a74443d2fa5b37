import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateKeys, signerFor } from '@nereid/http-signature/testing';
import { SmallCloud } from './small-cloud';
import { TestDoor } from './test-door';

jest.setTimeout(120_000); // each command is a program that takes a second to start

const keys = generateKeys();
const cloud = new SmallCloud();
cloud.addAccount('acme', [keys.rsa.publicLine, keys.ecdsa256.publicLine, keys.ed25519.publicLine]);
const triton = join(dirname(require.resolve('triton/package.json')), 'bin', 'triton');
let home: string;
let door: TestDoor;

beforeAll(async () => {
  door = await TestDoor.open(cloud, signerFor(keys.ed25519, 'acme'));
  home = mkdtempSync(join(tmpdir(), 'nereid-triton-'));
  mkdirSync(join(home, '.ssh'));
  for (const kind of ['rsa', 'ecdsa256', 'ed25519'] as const) {
    const file = join(home, '.ssh', `id_${kind}`);
    writeFileSync(file, keys[kind].privatePem);
    writeFileSync(`${file}.pub`, keys[kind].publicLine);
    chmodSync(file, 0o600);
  }
});
afterAll(async () => {
  await door.close();
  rmSync(home, { recursive: true });
});

/** Runs the real triton command with a key; answers its output. @throws Error with what it printed when it fails */
function run(kind: 'rsa' | 'ecdsa256' | 'ed25519', ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: home, TRITON_URL: door.url, TRITON_ACCOUNT: 'acme', TRITON_KEY_ID: keys[kind].md5 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [triton, ...args], { env, timeout: 25_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`triton ${args.join(' ')}: ${stdout}${stderr}`));
      else resolve(stdout);
    });
  });
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const json = async (...args: string[]): Promise<any> => JSON.parse(await run('rsa', ...args));

describe('the real triton command', () => {
  it.each(['rsa', 'ecdsa256', 'ed25519'] as const)('signs with a %s key', async (kind) => {
    expect(await run(kind, 'account', 'get')).toContain('login: acme');
  });

  it('lists what there is', async () => {
    expect(await run('rsa', 'info')).toContain('acme');
    expect(await run('rsa', 'image', 'list')).toContain('base');
    expect(await run('rsa', 'package', 'list')).toContain('g1-128M');
    expect(await run('rsa', 'network', 'list')).toContain('external');
    expect(await run('rsa', 'datacenters')).toContain('https://here.example.com');
    expect(await run('rsa', 'key', 'list')).toContain(keys.rsa.md5);
    await run('rsa', 'services');
  });

  it('takes an instance through its life', async () => {
    const made = await json('instance', 'create', '-j', '-n', 'web0', '-m', 'color=blue', '-t', 'up=true', '-t', 'n=3', 'base', 'g1-128M');
    expect(made).toMatchObject({ name: 'web0', state: 'provisioning', metadata: { color: 'blue' }, tags: { up: true, n: 3 } });
    const id = made.id as never as string;
    cloud.vms.set(id, { ...cloud.vms.get(id)!, state: 'running' });
    expect(await run('rsa', 'instance', 'list')).toContain('web0');
    expect(await json('instance', 'get', '-j', 'web0')).toMatchObject({ id, package: 'g1-128M' });
    await run('rsa', 'instance', 'wait', 'web0');
    await run('rsa', 'instance', 'stop', '-w', 'web0');
    await run('rsa', 'instance', 'start', '-w', 'web0');
    await run('rsa', 'instance', 'rename', '-w', 'web0', 'web1');
    await run('rsa', 'instance', 'enable-firewall', '-w', 'web1');
    await run('rsa', 'instance', 'tag', 'set', '-w', 'web1', 'role=db');
    expect(await run('rsa', 'instance', 'tag', 'get', 'web1', 'role')).toContain('db');
    await run('rsa', 'instance', 'tag', 'replace-all', '-w', 'web1', 'only=1');
    await run('rsa', 'instance', 'tag', 'delete', '-w', 'web1', 'only');
    await run('rsa', 'instance', 'metadata', 'set', 'web1', 'size=9');
    expect(await run('rsa', 'instance', 'metadata', 'get', 'web1', 'size')).toContain('9');
    await run('rsa', 'instance', 'metadata', 'delete', '-f', 'web1', 'size');
    cloud.audit.push({
      id: '1',
      vm: id as never,
      action: 'provision',
      success: true,
      at: '2026-11-22T10:00:00.000Z',
      caller: { type: 'signature' },
    });
    expect(await run('rsa', 'instance', 'audit', 'web1')).toContain('provision');
    await run('rsa', 'instance', 'delete', '-f', '-w', 'web1');
    expect(await json('instance', 'get', '-j', id).catch((error: Error) => error.message)).toMatch(/deleted|destroyed/i);
    expect(await run('rsa', 'instance', 'list')).not.toContain('web1');
  });

  it('adds and removes keys', async () => {
    const file = join(home, 'extra.pub');
    writeFileSync(file, keys.ecdsa384.publicLine);
    await run('rsa', 'key', 'add', '-n', 'extra', file);
    expect(await run('rsa', 'key', 'get', 'extra')).toContain(keys.ecdsa384.publicLine.split(' ')[1]);
    await run('rsa', 'key', 'delete', '-y', 'extra');
  });
});
