import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookForProgram, privatePackages } from './programs';

/** What Debian has and this machine may lack. */
interface Needed {
  readonly package: string;
  /** A program, or a file by absolute path, that shows it is there. */
  readonly shownBy: string;
  /** `cloud`: nothing runs without it. `node`: only the real Linux node and the first image need it. `browser`: tests of the portal. */
  readonly for: 'cloud' | 'node' | 'browser';
}

const needed: readonly Needed[] = [
  { package: 'nats-server', shownBy: 'nats-server', for: 'cloud' },
  { package: 'redis-server', shownBy: 'redis-server', for: 'cloud' },
  { package: 'zfs-fuse', shownBy: 'zfs-fuse', for: 'node' },
  { package: 'runc', shownBy: 'runc', for: 'node' },
  { package: 'nftables', shownBy: 'nft', for: 'node' },
  { package: 'iproute2', shownBy: 'ip', for: 'node' },
  { package: 'busybox-static', shownBy: 'busybox', for: 'node' },
  { package: 'dropbear-bin', shownBy: 'dropbear', for: 'node' },
  { package: 'openssh-client', shownBy: 'ssh', for: 'node' },
  { package: 'bpftrace', shownBy: 'bpftrace', for: 'node' },
  { package: 'gcc', shownBy: 'gcc', for: 'node' },
  { package: 'libc6-dev', shownBy: '/usr/include/stdio.h', for: 'node' },
  { package: 'chromium', shownBy: 'chromium', for: 'browser' },
  { package: 'fonts-inter', shownBy: '/usr/share/fonts/opentype/inter/Inter-Regular.otf', for: 'browser' },
];

/** Names of Debian packages that are needed and not there. */
export function missingPackages(of: Needed['for']): string[] {
  return needed
    .filter((each) => each.for === of && !(each.shownBy.startsWith('/') ? existsSync(each.shownBy) : lookForProgram(each.shownBy)))
    .map((each) => each.package);
}

/**
 * Gets what is missing: by apt as root, otherwise what can be used without installing is unpacked into a private cache. No question is
 * asked and no service is started; a browser only when it is wanted. Answers a remark for the progress line.
 * @throws Error what the cloud cannot do without could not be had
 */
export function getPackages(isRoot: boolean, { hasBrowser = false }: { hasBrowser?: boolean } = {}): string {
  const cloud = missingPackages('cloud');
  const node = isRoot ? missingPackages('node') : []; // without root there is no real node, and a user's machine is left alone
  const browser = isRoot && hasBrowser ? missingPackages('browser') : [];
  if (cloud.length + node.length + browser.length === 0) return 'nothing missing';
  const problem = isRoot ? installByApt([...cloud, ...node, ...browser]) : unpackPrivately();
  const still = missingPackages('cloud');
  if (still.length > 0)
    throw new Error(
      `Debian packages ${still.join(' ')} could not be had: ${problem ?? ''}\nInstall them: apt-get install ${still.join(' ')}`,
    );
  return problem ? `not everything: ${problem.split('\n')[0]}` : [...cloud, ...node, ...browser].join(' ');
}

/** One installation at a time on this machine, whatever checkout it is for. Answers what went wrong. */
function installByApt(packages: readonly string[]): string | undefined {
  return withoutServiceStarts(() => {
    const script =
      'apt-get -q -o DPkg::Lock::Timeout=300 update && apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "$@"';
    const made = spawnSync('flock', ['/run/lock/nereid-apt.lock', '/bin/sh', '-c', script, 'apt', ...packages], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], DEBIAN_FRONTEND: 'noninteractive', LANG: 'C.UTF-8', RUNLEVEL: '1' },
      timeout: 15 * 60_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return made.status === 0 ? undefined : lastErrors(made.stderr ?? String(made.error));
  });
}

const policyFile = '/usr/sbin/policy-rc.d';
const policyText = '#!/bin/sh\n# Of a Nereid installation, while it installs packages: starts no service. May be removed.\nexit 101\n';

/** Debian's packages of Redis, NATS and zfs-fuse start services on default ports when they are installed; ours have ports of their own. */
function withoutServiceStarts<T>(act: () => T): T {
  const isOurs = !existsSync(policyFile) || readFileSync(policyFile, 'utf8') === policyText; // the latter: one that was interrupted
  if (isOurs) writeFileSync(policyFile, policyText, { mode: 0o755 });
  try {
    return act();
  } finally {
    if (isOurs) rmSync(policyFile, { force: true });
  }
}

/** NATS and Redis with the libraries they need, without root: a package list and a cache of our own, and `dpkg -x`. */
function unpackPrivately(): string | undefined {
  const cache = privatePackages();
  const root = join(cache, 'root');
  for (const each of ['lists/partial', 'archives/partial', 'root']) mkdirSync(join(cache, each), { recursive: true });
  const options = [
    `Dir::State=${cache}`,
    `Dir::State::lists=${cache}/lists`,
    `Dir::Cache=${cache}`,
    `Dir::Cache::archives=${cache}/archives`,
    'Dir::State::status=/var/lib/dpkg/status',
    'Acquire::Languages=none',
    'APT::Sandbox::User=',
    'Debug::NoLocking=1',
  ].flatMap((option) => ['-o', option]);
  const run = (program: string, ...args: string[]): string | undefined => {
    const made = spawnSync(program, args, {
      cwd: join(cache, 'archives'),
      encoding: 'utf8',
      timeout: 5 * 60_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return made.status === 0 ? undefined : lastErrors(made.stderr ?? String(made.error));
  };
  const packages = ['nats-server', 'redis-server', 'redis-tools', 'liblzf1', 'libjemalloc2'];
  const problem = run('apt-get', ...options, '-q', 'update') ?? run('apt-get', ...options, '-q', 'download', ...packages);
  if (problem) return problem;
  for (const file of readdirSync(join(cache, 'archives')).filter((name) => name.endsWith('.deb'))) {
    const failed = run('dpkg', '-x', file, root);
    if (failed) return failed;
  }
  for (const each of ['lists', 'archives']) rmSync(join(cache, each), { recursive: true, force: true }); // 20 MB nobody needs again
  return undefined;
}

function lastErrors(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return (lines.filter((line) => line.startsWith('E:')).join('\n') || lines.slice(-3).join('\n')).trim() || 'it gave no reason';
}
