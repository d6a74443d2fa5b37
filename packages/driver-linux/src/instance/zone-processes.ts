import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DriverError } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import { readText, type CgroupTree } from '../limits/cgroup-tree';
import type { RunLayout } from '../run-layout';

const ticksPerSecond = 100; // USER_HZ, fixed in the kernel's interface
const killPatienceMs = 5_000;
const hearPatienceMs = 1_000;
const sigterm = 15;

/** The processes of zones as the kernel shows them: who is there, since when, and their end. Never trusts a number that may have a new owner. */
export class ZoneProcesses {
  constructor(
    private readonly tree: CgroupTree,
    private readonly run: RunLayout,
    private readonly clock: Clock,
  ) {}

  /** Whether any process of the zone lives. */
  isAlive(id: string): boolean {
    const unified = this.tree.unifiedGroup(id);
    if (unified !== undefined) return /^populated 1$/m.test(readText(join(unified, 'cgroup.events')) ?? '');
    return this.pids(id).length > 0;
  }

  /** The first process, as this server numbers it. Believed only when it is in the zone's group. */
  initPid(id: string): number | undefined {
    const noted = Number(readText(this.run.bundle(id, 'pid')));
    if (noted > 0 && this.isIn(noted, id)) return noted;
    return this.pids(id)[0];
  }

  /** When a process started, ms since 1970; the same each time it is asked. */
  startedAtMs(pid: number): number | undefined {
    const stat = readText(`/proc/${pid}/stat`);
    const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const boot = /^btime (\d+)$/m.exec(readText('/proc/stat') ?? '')?.[1];
    return ticks && boot ? Number(boot) * 1000 + (Number(ticks) * 1000) / ticksPerSecond : undefined;
  }

  /**
   * Asks the first process to end the zone. The kernel drops a signal that the first process of a namespace does not handle (yet): right after
   * a start the request waits until it will be heard, a second at most, since some programs wait for signals in ways that do not show.
   */
  async askToEnd(id: string, signal: AbortSignal): Promise<void> {
    const sendAt = this.clock.monotonicMs() + hearPatienceMs;
    for (let pid = this.initPid(id); pid !== undefined; pid = this.initPid(id)) {
      if (hears(pid, sigterm) || this.clock.monotonicMs() >= sendAt) return send(pid, 'SIGTERM');
      await this.clock.sleep(5, signal);
    }
  }

  /** Ends every process of the zone without asking, and waits until none is left. @throws DriverError Busy one sticks in the kernel */
  async kill(id: string): Promise<void> {
    const giveUpAt = this.clock.monotonicMs() + killPatienceMs;
    while (this.isAlive(id)) {
      const killFile = join(this.tree.processGroup(id), 'cgroup.kill');
      if (existsSync(killFile)) writeFileSync(killFile, '1');
      else for (const pid of everyPidIn(this.tree.processGroup(id))) send(pid, 'SIGKILL'); // before Linux 5.14, and in version 1
      if (this.clock.monotonicMs() > giveUpAt) {
        throw new DriverError('Busy', 'a process of the zone does not end', { step: 'kill' });
      }
      await this.clock.sleep(2);
    }
  }

  private pids(id: string): number[] {
    return pidsIn(this.tree.processGroup(id));
  }

  private isIn(pid: number, id: string): boolean {
    const groups = readText(`/proc/${pid}/cgroup`) ?? '';
    return groups.split('\n').some((line) => line.endsWith(`:${this.tree.runtimePath(id)}`));
  }
}

/** Also those that the guest put into groups below its own. */
function everyPidIn(group: string): number[] {
  return [...pidsIn(group), ...groupsBelow(group).flatMap((name) => everyPidIn(join(group, name)))];
}

function groupsBelow(group: string): string[] {
  try {
    return readdirSync(group, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // gone meanwhile
    throw error;
  }
}

/** 0 is how the kernel shows a process of another namespace, and means something else to `kill`. */
function pidsIn(group: string): number[] {
  const text = readText(join(group, 'cgroup.procs')) ?? '';
  return text.split('\n').filter(Boolean).map(Number).filter((pid) => pid > 0).sort((a, b) => a - b); // prettier-ignore
}

/** Whether a process handles a signal or keeps it for later. */
function hears(pid: number, signal: number): boolean {
  const status = readText(`/proc/${pid}/status`) ?? '';
  const sets = [...status.matchAll(/^Sig(?:Cgt|Blk):\s+([0-9a-f]+)$/gm)];
  return sets.some(([, set]) => (BigInt(`0x${set}`) >> BigInt(signal - 1)) & 1n);
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
