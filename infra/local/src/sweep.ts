import { spawnSync } from 'node:child_process';
import { rmSync, rmdirSync } from 'node:fs';
import { recordOf, startTicksOf, stopProcess } from './process-record';
import { type Ownership, type Trace, allTraces, ownershipOf } from './traces';

/** What dead installations and test runs left on this machine. What a living one owns is not a leftover. */
export function leftovers(): Trace[] {
  return judged().left;
}

/** What is left, and what this user cannot judge, because what tells whether somebody lives there is not to be read without root. */
export function judged(): { readonly left: Trace[]; readonly unknown: Trace[] } {
  const traces = allTraces().map((trace) => [trace, ownershipOf(trace)] as const);
  const of = (wanted: Ownership): Trace[] => traces.flatMap(([trace, ownership]) => (ownership === wanted ? [trace] : []));
  return { left: of('left'), unknown: of('unknown') };
}

export interface Swept {
  readonly removed: readonly Trace[];
  /** What could not be removed, with the reason. */
  readonly stayed: readonly { readonly trace: Trace; readonly why: string }[];
}

/**
 * Removes traces: leftovers, unless told which. Processes first, since they hold the rest; then mounts, links and namespaces, cgroups from
 * the bottom up, directories last. Safe to repeat.
 */
export async function sweep(which: (trace: Trace) => boolean = (trace) => ownershipOf(trace) === 'left'): Promise<Swept> {
  const traces = allTraces().filter(which);
  const removed: Trace[] = [];
  const stayed: { trace: Trace; why: string }[] = [];
  for (const trace of traces) {
    try {
      await remove(trace);
      removed.push(trace);
    } catch (error) {
      stayed.push({ trace, why: (error as Error).message });
    }
  }
  return { removed, stayed };
}

async function remove({ kind, name }: Trace): Promise<void> {
  switch (kind) {
    case 'process':
      if (startTicksOf(Number(name)) !== undefined) await stopProcess(recordOf(name, Number(name)), 'SIGTERM', 2_000);
      return;
    case 'mount':
      return run('umount', '--lazy', name);
    case 'address':
      return run('ip', 'address', 'delete', name, 'dev', 'lo');
    case 'link':
      return run('ip', 'link', 'delete', name);
    case 'network namespace':
      return run('ip', 'netns', 'delete', name);
    case 'nftables table':
      return run('nft', 'delete', 'table', ...name.split(' '));
    case 'cgroup':
      return removeCgroup(name);
    case 'directory':
      return rmSync(name, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A cgroup is removed by rmdir, and only once the kernel has let go of its last process, which takes a moment after that has ended. */
async function removeCgroup(path: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return rmdirSync(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || attempt >= 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** @throws Error what the program said, unless the thing had gone with something else (a veth with its peer) */
function run(...argv: [string, ...string[]]): void {
  const ran = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', timeout: 10_000 });
  if (ran.status === 0 || /Cannot find device|Cannot assign requested|No such file|not mounted|does not exist/i.test(ran.stderr ?? ''))
    return;
  throw new Error((ran.stderr || String(ran.error)).trim());
}
