import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { boxAddresses } from './addresses';
import { removeCgroups } from './cgroups';

export interface BoxOptions {
  /** 8 hex digits; part of the name of everything made on the host. */
  readonly installation: string;
  /** Boxes of an installation count from 0. */
  readonly index: number;
  /** Folder of this box: the pool's file, the log. It outlives the box; the pool is found again by it. */
  readonly stateDir: string;
  /** Where the installation remembers its range of addresses; the same file for all its boxes. */
  readonly addressFile: string;
  /** What runs as root inside: the agent and its arguments, by absolute paths. */
  readonly agentArgv: readonly [string, ...string[]];
  /** Most that the pool can take; its file is sparse. */
  readonly poolGiB?: number;
  /** Starts the agent again when it ends otherwise than by `stop`. Else the box ends with it. */
  readonly keepsAgent?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Box {
  /** First process inside, as the host numbers it: for `nsenter -t`. */
  readonly pid: number;
  /** The process to kill: everything inside goes with it. */
  readonly supervisorPid: number;
  /** Where the host, and so the bus, is reached from inside. */
  readonly hostAddress: string;
  readonly nodeAddress: string;
  /** Network of its instances, routed to the box; gateway is its first address. */
  readonly instanceSubnet: string;
  readonly logFile: string;
  /** Ends the agent, then everything, closes the pool, and removes what the kernel keeps. Kills after `timeoutMs` (10 s). */
  stop(timeoutMs?: number): Promise<void>;
}

/** Settings that the box fixes for the agent inside. */
export interface BoxPlace {
  readonly pool: string;
  readonly poolMountpoint: string;
  readonly runDir: string;
  /** Below every hierarchy's mount point; the host sees instances' groups there. */
  readonly cgroupParent: string;
  readonly hostAddress: string;
  readonly nodeAddress: string;
  readonly instanceSubnet: string;
  readonly gateway: string;
}

/** Seldom more than a second; on a machine that is busy with other things, far more. */
const startTimeoutMs = 60_000;

/** What the agent's configuration of a box must say; known before the box is started. */
export function boxPlace(installation: string, index: number, addressFile: string): BoxPlace {
  const addresses = boxAddresses(installation, addressFile);
  const instanceSubnet = addresses.instanceSubnet(index);
  return {
    pool: `nereid-${installation}`,
    poolMountpoint: '/run/nereid/zones',
    runDir: `/run/nereid/${installation}`,
    cgroupParent: cgroupParentOf(installation, index),
    hostAddress: addresses.host,
    nodeAddress: addresses.node(index),
    instanceSubnet,
    gateway: instanceSubnet.replace(/\.0\/24$/, '.1'),
  };
}

/**
 * Starts a server of its own: private namespaces, ZFS daemon and pool, one routed link to the host. Answers when the pool is there and the
 * agent was started (not: is ready). The box outlives this process.
 * @throws Error with the end of the box's log
 */
export async function startBox(options: BoxOptions): Promise<Box> {
  const place = boxPlace(options.installation, options.index, options.addressFile);
  const logFile = join(options.stateDir, 'box.log');
  const readyFile = join(options.stateDir, 'box.ready');
  mkdirSync(options.stateDir, { recursive: true, mode: 0o700 });
  rmSync(readyFile, { force: true });
  const link = linkName(options.installation, options.index);
  const log = openSync(logFile, 'a', 0o600);
  const init = join(__dirname, '..', 'box', 'init.sh');
  const supervisor = spawn(
    'unshare',
    [
      ...['--mount', '--net', '--pid', '--fork', '--kill-child', '--', 'sh', init],
      ...[place.pool, join(options.stateDir, 'pool.img'), String(options.poolGiB ?? 64), place.poolMountpoint, readyFile],
      ...[place.nodeAddress, place.hostAddress, ...options.agentArgv],
    ],
    {
      detached: true,
      stdio: ['pipe', log, log],
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C', ...options.env, ...(options.keepsAgent && { BOX_KEEPS_AGENT: '1' }), NEREID_INSTALLATION: options.installation }, // prettier-ignore
    },
  );
  closeSync(log);
  let ended: string | undefined;
  supervisor.on('error', (error) => (ended = error.message));
  supervisor.on('exit', (code, signal) => (ended ??= `ended with ${code ?? signal}`));
  const failed = (why: string): Error => {
    if (supervisor.pid !== undefined) kill(supervisor.pid, 'SIGKILL');
    return new Error(`the node's box did not start: ${why}\n${tail(logFile)}`);
  };

  const until = async <T>(what: string, look: () => T | undefined): Promise<T> => {
    const giveUpAt = performance.now() + startTimeoutMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (ended !== undefined) throw failed(ended);
      if (performance.now() > giveUpAt) throw failed(`${what} took too long`);
      await sleep(10);
    }
  };
  const pid = await until('its first process', () => childOf(supervisor.pid!));
  try {
    joinToHost(link, pid, options, place);
  } catch (error) {
    throw failed((error as Error).message);
  }
  supervisor.stdin!.on('error', () => undefined); // it may end meanwhile; that is told below
  supervisor.stdin!.end('linked\n');
  await until('its pool', () => (existsSync(readyFile) ? true : undefined));
  supervisor.unref();
  return {
    pid,
    supervisorPid: supervisor.pid!,
    hostAddress: place.hostAddress,
    nodeAddress: place.nodeAddress,
    instanceSubnet: place.instanceSubnet,
    logFile,
    stop: (timeoutMs) =>
      stopBox({ installation: options.installation, index: options.index, pid, supervisorPid: supervisor.pid! }, timeoutMs),
  };
}

/** Ends a box that this or another process started. One that is gone already is only cleaned up after. */
export async function stopBox(
  box: { readonly installation: string; readonly index: number; readonly pid: number; readonly supervisorPid: number },
  timeoutMs = 10_000,
): Promise<void> {
  kill(box.pid, 'SIGTERM');
  const giveUpAt = performance.now() + timeoutMs;
  while (isAlive(box.supervisorPid) && performance.now() < giveUpAt) await sleep(20);
  kill(box.supervisorPid, 'SIGKILL');
  while (isAlive(box.supervisorPid)) await sleep(5);
  removeLink(linkName(box.installation, box.index)); // the kernel does so too, when it comes to it
  await removeCgroups(cgroupParentOf(box.installation, box.index));
}

export function cgroupParentOf(installation: string, index: number): string {
  return `/nereid-${installation}/box${index}`;
}

/** The host's end goes with the box; one that another box of this name left is taken away first. */
function joinToHost(link: string, pid: number, options: BoxOptions, place: BoxPlace): void {
  removeLink(link);
  const lines = [
    `link add ${link} type veth peer name up0 netns ${pid}`,
    `link set ${link} alias "nereid ${options.installation} box ${options.index}"`,
    `addr add ${place.hostAddress}/32 peer ${place.nodeAddress}/32 dev ${link}`,
    `link set ${link} up`,
    `route replace ${place.instanceSubnet} via ${place.nodeAddress} dev ${link}`,
  ];
  execFileSync('ip', ['-batch', '-'], { input: `${lines.join('\n')}\n`, stdio: ['pipe', 'pipe', 'pipe'] });
}

function removeLink(link: string): void {
  const exists = (): boolean => existsSync(`/sys/class/net/${link}`);
  if (!exists()) return;
  const { status, stderr } = spawnSync('ip', ['link', 'del', link], { encoding: 'utf8' });
  if (status !== 0 && exists()) throw new Error(`link ${link} cannot be removed: ${stderr.trim()}`);
}

/** `nh` and 13 base32 digits, as other interfaces of ours; docs/architecture.md §4. */
export function linkName(installation: string, index: number): string {
  const digest = createHash('sha256').update(`${installation}/box/${index}`).digest();
  const digits = [...digest.subarray(0, 13)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31]);
  return `nh${digits.join('')}`;
}

function childOf(pid: number): number | undefined {
  try {
    const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
    // Until it has its own program the child is the supervisor's copy; its namespaces are made before the fork.
    return child > 0 ? child : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
  } catch {
    return false;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone, which is what was wanted.
  }
}

function tail(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').slice(-4096) : '';
}
