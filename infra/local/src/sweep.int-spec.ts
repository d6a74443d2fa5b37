import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capability } from '@nereid/testkit';
import { recordOf, startTicksOf, waitForEnd } from './process-record';
import { judged, leftovers, sweep } from './sweep';

const needsRoot = capability('root', process.getuid?.() === 0 ? undefined : 'run the tests as root');

/** One of each kind of thing that a dead installation may leave. */
function plant(id: string): { pid: number } {
  mkdirSync(join('/run/nereid', id), { recursive: true });
  mkdirSync(join(tmpdir(), `nereid-mnt-${id}`));
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(tmpdir(), `nereid-mnt-${id}`)]);
  execFileSync('ip', ['link', 'add', `nt${id}`, 'type', 'bridge']);
  execFileSync('ip', ['link', 'set', `nt${id}`, 'alias', `nereid ${id} test`]);
  execFileSync('ip', ['address', 'add', `198.18.${parseInt(id.slice(0, 2), 16)}.1/32`, 'dev', 'lo', 'label', `lo:n${id}`]);
  execFileSync('ip', ['netns', 'add', `nereid-${id}-x`]);
  execFileSync('nft', ['add', 'table', 'inet', `nereid_${id}`]);
  mkdirSync(`/sys/fs/cgroup/pids/nereid-${id}/inner`, { recursive: true });
  const child = spawn('sleep', ['600'], { env: { NEREID_INSTALLATION: id, PATH: process.env['PATH'] }, detached: true, stdio: 'ignore' });
  child.unref();
  return { pid: child.pid! };
}

describe('the janitor', () => {
  const id = randomBytes(4).toString('hex');
  const mine = (): string[] =>
    leftovers()
      .filter((trace) => trace.installation === id)
      .map((trace) => trace.kind);

  afterEach(() => sweep((trace) => trace.installation === id));

  needsRoot('names one of each kind, removes them all, and then finds nothing', async () => {
    const { pid } = plant(id);
    const record = recordOf('sleep', pid);
    expect([...new Set(mine())].sort()).toEqual([
      'address',
      'cgroup',
      'directory',
      'link',
      'mount',
      'network namespace',
      'nftables table',
      'process',
    ]);

    const { stayed } = await sweep((trace) => trace.installation === id);

    expect(stayed).toEqual([]);
    expect(mine()).toEqual([]);
    expect(await waitForEnd(record, 0)).toBe(true);
    expect(existsSync(join('/run/nereid', id))).toBe(false);
  });

  needsRoot('leaves alone what has a living owner, until the owner dies', async () => {
    const owner = spawn('sleep', ['600'], { stdio: 'ignore' });
    plant(id);
    writeFileSync(join('/run/nereid', id, 'owner'), JSON.stringify({ pid: owner.pid, startTicks: startTicksOf(owner.pid!) }));
    expect(mine()).toEqual([]);
    await sweep();
    expect(existsSync(`/sys/fs/cgroup/pids/nereid-${id}/inner`)).toBe(true);

    const ended = new Promise((resolve) => owner.once('exit', resolve));
    owner.kill('SIGKILL');
    await ended;

    expect(mine()).toContain('cgroup');
  });

  needsRoot('tells what an ordinary user cannot judge apart from what is left', async () => {
    const dead = randomBytes(4).toString('hex');
    const state = join('/var/lib/nereid', id);
    mkdirSync(join('/run/nereid', id), { recursive: true });
    mkdirSync(join('/run/nereid', dead), { recursive: true });
    mkdirSync(state, { recursive: true, mode: 0o700 });
    writeFileSync(join(state, 'ends-with'), JSON.stringify({ pid: process.pid, startTicks: startTicksOf(process.pid) }));
    const seen = (): Record<string, string> => {
      const { left, unknown } = judged();
      const of = (what: string, traces: typeof left) => traces.map(({ installation }) => [installation, what] as const);
      return Object.fromEntries([...of('left', left), ...of('unknown', unknown)].filter(([one]) => one === id || one === dead));
    };
    try {
      expect(seen()).toEqual({ [dead]: 'left' });
      process.seteuid!('nobody');
      expect(seen()).toEqual({ [dead]: 'left', [id]: 'unknown' });
    } finally {
      process.seteuid!(0);
      for (const path of [join('/run/nereid', dead), state]) rmSync(path, { recursive: true, force: true });
    }
  });

  needsRoot('keeps the data of a stopped cloud while its checkout exists, and not a day longer', async () => {
    const checkout = join(tmpdir(), `somebodys-checkout-${id}`);
    const state = join('/var/lib/nereid', id);
    mkdirSync(join(checkout, '.nereid'), { recursive: true });
    mkdirSync(state, { recursive: true });
    writeFileSync(join(checkout, '.nereid', 'installation.json'), JSON.stringify({ id, checkout, state }));
    writeFileSync(join(state, 'checkout'), checkout);
    expect(mine()).toEqual([]);

    rmSync(checkout, { recursive: true });

    expect(mine()).toEqual(['directory']);
  });
});
