import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { VmId } from '@nereid/contracts';
import type { CgroupTree } from '../limits/cgroup-tree';

/** Instances by the id of their control group, which is how the kernel tells whose process one is: the inode of its folder in the unified tree. */
export type Zones = ReadonlyMap<string, VmId>;

/** The instances that have a group now. */
export function zonesOf(tree: CgroupTree): Zones {
  const zones = new Map<string, VmId>();
  const anyGroup = tree.unifiedGroup('x');
  if (anyGroup === undefined) return zones;
  const parent = dirname(anyGroup);
  for (const name of foldersOf(parent)) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)) continue;
    const inode = statSync(join(parent, name), { bigint: true, throwIfNoEntry: false })?.ino;
    if (inode !== undefined) zones.set(String(inode), name as VmId);
  }
  return zones;
}

function foldersOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
