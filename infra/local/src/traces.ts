import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Evidence } from './evidence';
import { sharedStates } from './installation';
import { type ProcessRecord, isAlive, startTicksOf } from './process-record';

/** Something on this machine that carries an installation's 8 hex digits. */
export interface Trace {
  readonly kind: 'process' | 'mount' | 'address' | 'link' | 'network namespace' | 'nftables table' | 'cgroup' | 'directory';
  /** How the kernel names it: pid, mount point, interface, path. */
  readonly name: string;
  readonly installation: string;
  /** What a person makes of it. */
  readonly remark?: string;
}

/** Everything on this machine that any installation or test run made, living or dead. What this user may not see is not in it. */
export function allTraces(): Trace[] {
  return [...processes(), ...mounts(), ...addresses(), ...links(), ...namespaces(), ...tables(), ...cgroups(), ...directories()];
}

/** Whether somebody stands behind a trace. `unknown`: what would tell may not be read by this user, which is so of others' clouds without root. */
export type Ownership = 'owned' | 'left' | 'unknown';

export function ownershipOf(trace: Trace): Ownership {
  const evidence = new Evidence();
  if (isOwned(trace, evidence)) return 'owned';
  return evidence.isIncomplete ? 'unknown' : 'left';
}

/**
 * Whether somebody still stands behind an installation's id: a process named by an owner file, a recorded process of a checkout's cloud,
 * or, for its state only, the checkout itself.
 */
function isOwned(trace: Trace, evidence: Evidence): boolean {
  const { installation: id } = trace;
  const state = stateOf(id, evidence);
  // Of a test's cloud nothing else counts, whatever runs of it.
  if (state && evidence.exists(join(state, 'ends-with'))) return isLivingOwner(join(state, 'ends-with'), evidence);
  if (ownerFiles(id, state).some((file) => isLivingOwner(file, evidence))) return true;
  if (!state || checkoutOf(state, evidence) !== id) return false;
  if (recordsIn(join(state, 'run'), evidence).some(isAlive)) return true;
  // A cloud that was stopped keeps its data for as long as its checkout exists, and nothing else.
  return trace.kind === 'directory' && trace.name === state;
}

function processes(): Trace[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const id = /(?:^|\0)NEREID_INSTALLATION=([0-9a-f]{8})(?:\0|$)/.exec(readOr(`/proc/${pid}/environ`))?.[1];
      if (!id || startTicksOf(Number(pid)) === undefined) return [];
      return [
        { kind: 'process' as const, name: pid, installation: id, remark: readOr(`/proc/${pid}/cmdline`).split('\0').slice(0, 4).join(' ') },
      ];
    });
}

function mounts(): Trace[] {
  return readOr('/proc/self/mountinfo')
    .split('\n')
    .flatMap((line) => {
      const point = line.split(' ')[4] ?? '';
      const id = idInPath(point);
      return id ? [{ kind: 'mount' as const, name: point, installation: id }] : [];
    })
    .reverse(); // what was mounted last goes first
}

function links(): Trace[] {
  return withOutput(['ip', '-d', '-o', 'link', 'show']).flatMap((line) => {
    const name = /^\d+: ([^:@]+)/.exec(line)?.[1];
    const id = /\balias (?:\S*[^0-9a-f])?nereid[-: ]([0-9a-f]{8})\b/.exec(line)?.[1];
    return name && id ? [{ kind: 'link' as const, name, installation: id }] : [];
  });
}

/** Addresses on the loopback interface, known by their label (node-facing-address.ts). */
function addresses(): Trace[] {
  return withOutput(['ip', '-4', '-o', 'address', 'show', 'dev', 'lo']).flatMap((line) => {
    const match = /inet (\S+) .*\blo:n([0-9a-f]{8})\b/.exec(line);
    return match ? [{ kind: 'address' as const, name: match[1]!, installation: match[2]! }] : [];
  });
}

function namespaces(): Trace[] {
  return list('/run/netns').flatMap((name) => {
    const id = /(?:^|[^0-9a-f])nereid-([0-9a-f]{8})(?:[^0-9a-f]|$)/.exec(name)?.[1];
    return id ? [{ kind: 'network namespace' as const, name, installation: id }] : [];
  });
}

function tables(): Trace[] {
  return withOutput(['nft', 'list', 'tables']).flatMap((line) => {
    const match = /^table (\S+) (nereid_([0-9a-f]{8})\S*)$/.exec(line.trim());
    return match ? [{ kind: 'nftables table' as const, name: `${match[1]} ${match[2]}`, installation: match[3]! }] : [];
  });
}

/** Children after parents here; they are removed from the end. */
function cgroups(): Trace[] {
  const found: Trace[] = [];
  const walk = (directory: string, id: string | undefined, depth: number): void => {
    for (const name of list(directory)) {
      const path = join(directory, name);
      if (!isDirectory(path)) continue;
      const mine = id ?? /^nereid[-.]([0-9a-f]{8})(?:[^0-9a-f]|$)/.exec(name)?.[1];
      if (mine) found.push({ kind: 'cgroup', name: path, installation: mine });
      if (mine || depth < 3) walk(path, mine, depth + 1);
    }
  };
  walk('/sys/fs/cgroup', undefined, 0);
  return found.reverse();
}

function directories(): Trace[] {
  const temporary = list(tmpdir()).flatMap((name) => {
    const id = /^nereid-[a-z-]+-([0-9a-f]{8})$/.exec(name)?.[1];
    return id ? [{ kind: 'directory' as const, name: join(tmpdir(), name), installation: id }] : [];
  });
  const testCheckouts = list(tmpdir()).flatMap((name) => {
    const path = join(tmpdir(), name);
    const id = name.startsWith('nereid-cloud-') ? idOfCheckout(path, new Evidence()) : undefined;
    return id ? [{ kind: 'directory' as const, name: path, installation: id }] : [];
  });
  const named = ['/run/nereid', sharedStates].flatMap((parent) =>
    list(parent)
      .filter((name) => /^[0-9a-f]{8}$/.test(name))
      .map((name) => ({ kind: 'directory' as const, name: join(parent, name), installation: name })),
  );
  return [...temporary, ...named, ...testCheckouts];
}

function ownerFiles(id: string, state: string | undefined): string[] {
  const temporary = list(tmpdir()).filter((name) => name.startsWith('nereid-') && name.endsWith(`-${id}`));
  return [
    join('/run/nereid', id, 'owner'),
    ...temporary.map((name) => join(tmpdir(), name, 'owner')),
    ...(state ? [join(state, 'owner')] : []),
  ];
}

/** An owner file holds JSON with pid and start ticks; the boot's id when the writer knew it. */
function isLivingOwner(file: string, evidence: Evidence): boolean {
  const owner = parsed<Partial<ProcessRecord>>(evidence.read(file));
  if (owner?.pid === undefined) return false;
  return owner.bootId === undefined ? startTicksOf(owner.pid) === owner.startTicks : isAlive(owner as ProcessRecord);
}

/** Where the state of an installation is: its shared directory, or what its owner file says. */
function stateOf(id: string, evidence: Evidence): string | undefined {
  const shared = join(sharedStates, id);
  if (evidence.exists(shared)) return shared;
  return parsed<{ state?: string }>(evidence.read(join('/run/nereid', id, 'owner')))?.state;
}

/** The id that the checkout of a state has today; undefined when the checkout is gone. */
function checkoutOf(state: string, evidence: Evidence): string | undefined {
  const checkout = evidence.read(join(state, 'checkout'))?.trim();
  return checkout === undefined ? undefined : idOfCheckout(checkout, evidence);
}

function idOfCheckout(checkout: string, evidence: Evidence): string | undefined {
  return parsed<{ id: string }>(evidence.read(join(checkout, '.nereid', 'installation.json')))?.id;
}

function recordsIn(directory: string, evidence: Evidence): ProcessRecord[] {
  return evidence
    .list(directory)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => parsed<ProcessRecord>(evidence.read(join(directory, name))) ?? []);
}

/** JSON that may be missing, or half written. */
function parsed<T>(text: string | undefined): T | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

function idInPath(path: string): string | undefined {
  return /\/nereid\/([0-9a-f]{8})(?:\/|$)/.exec(path)?.[1] ?? /\/nereid-[a-z-]+-([0-9a-f]{8})(?:\/|$)/.exec(path)?.[1];
}

function withOutput(argv: readonly [string, ...string[]]): string[] {
  const ran = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', timeout: 10_000 });
  return ran.status === 0 ? ran.stdout.split('\n') : []; // without the program nobody can have made any
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
