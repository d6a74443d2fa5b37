import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capability } from '@nereid/testkit';
import { Unprivileged } from './unprivileged';

const needsRoot = capability('root', process.getuid?.() === 0 ? undefined : 'run the tests as root');

describe('Unprivileged', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'nereid-unprivileged-'));
    chmodSync(directory, 0o755);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function checkout(mode: number): string {
    const path = join(directory, 'home', 'checkout');
    mkdirSync(path, { recursive: true });
    chmodSync(join(directory, 'home'), mode);
    writeFileSync(join(path, 'package.json'), '{}');
    return path;
  }

  const run = (as: Unprivileged, ...argv: string[]): string => {
    const [program, ...args] = as.argv(argv);
    return execFileSync(program!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };

  needsRoot('runs a program without root, capabilities or a way to them', async () => {
    const status = run(new Unprivileged(checkout(0o755), directory), '/bin/cat', '/proc/self/status');
    const field = (name: string): string | undefined => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1];
    expect(field('Uid')).not.toMatch(/\b0\b/);
    expect(field('Groups')?.trim()).toBe('');
    expect(['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map(field)).toEqual(Array(5).fill('0000000000000000'));
    expect(field('NoNewPrivs')).toBe('1');
  });

  needsRoot('reads a checkout below a directory it may not enter, and cannot change it', async () => {
    const path = checkout(0o700);
    const as = new Unprivileged(path, directory);
    expect(run(as, '/bin/cat', join(path, 'package.json'))).toBe('{}');
    expect(() => run(as, '/bin/sh', '-c', `echo > ${as.pathFor(path)}/new`)).toThrow(/Read-only/);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(directory); // nobody else sees the mount
  });

  needsRoot('keeps what it owns to itself', async () => {
    const as = new Unprivileged(checkout(0o755), directory);
    const file = as.ownFile(join(as.ownDirectory(join(directory, 'own')), 'secret'), 'hush');
    expect(run(as, '/bin/cat', file)).toBe('hush');
  });
});
