import { readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const tries = 100;
const pauseMs = 20;

/** Mount points of control group hierarchies on this machine. */
function hierarchies(): string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n').map((line) => line.split(' ')); // prettier-ignore
  return mounts.filter(([, , type]) => type === 'cgroup' || type === 'cgroup2').map(([, point]) => point!);
}

/** Groups at and below `parent` in every hierarchy, innermost first. They are the only thing that outlives a box. */
export function cgroupsBelow(parent: string): string[] {
  return hierarchies().flatMap((root) => innermostFirst(join(root, parent)));
}

/**
 * Removes the groups at and below `parent`, and the installation's own when it is empty then. The kernel lets go of a group a moment after its
 * last process; after 2 s what is left stays.
 * @returns what stayed
 */
export async function removeCgroups(parent: string): Promise<string[]> {
  let left = cgroupsBelow(parent);
  for (let attempt = 0; left.length > 0 && attempt < tries; attempt++) {
    if (attempt > 0) await sleep(pauseMs);
    left = left.filter((path) => !removed(path));
  }
  for (const root of hierarchies()) removed(join(root, parent, '..'));
  return left;
}

function removed(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function innermostFirst(path: string): string[] {
  try {
    const children = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...children.flatMap((child) => innermostFirst(join(path, child.name))), path];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
