import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CgroupTree } from './cgroup-tree';
import { canLimitSwap, heldMemoryMiB, quotaUs, readLimits, sharesV1, weightV2, writeLimits } from './limit-files';

const limits = { cpuCapPercent: 150, cpuShares: 200, memoryMiB: 512, swapMiB: 1024, maxProcesses: 300, ioPriority: 100 };
const parent = '/nereid-0123abcd/box0';

describe('control groups', () => {
  let root: string;
  const put = (path: string, text = ''): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const at = (path: string): string => readFileSync(join(root, path), 'utf8');
  const line = (point: string, type: string, options: string): string =>
    `30 25 0:26 / ${join(root, point)} rw,relatime - ${type} cgroup rw,${options}`;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nereid-cgroup-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('are found as version 2 alone: one tree, controllers handed down to the instances', () => {
    put('cgroup.controllers', 'cpuset cpu io memory hugetlb pids\n');
    const tree = CgroupTree.read(line('', 'cgroup2', 'nsdelegate'), parent);
    expect(tree.mode).toBe('v2');
    tree.makeParents();
    for (const folder of ['', 'nereid-0123abcd', 'nereid-0123abcd/box0']) {
      expect(at(join(folder, 'cgroup.subtree_control'))).toBe('+cpu +memory +pids +io');
    }
    tree.makeGroups('one', ['cpu', 'memory', 'pids']);
    put(`${parent}/one/memory.swap.max`, 'max');
    expect(canLimitSwap(tree, 'one')).toBe(true);
    writeLimits(tree, 'one', limits);
    expect(at(`${parent}/one/cpu.weight`)).toBe('200');
    expect(at(`${parent}/one/cpu.max`)).toBe('150000 100000');
    expect(at(`${parent}/one/memory.max`)).toBe(String(512 * 1024 ** 2));
    expect(at(`${parent}/one/memory.swap.max`)).toBe(String(512 * 1024 ** 2)); // version 2 counts swap alone
    expect(at(`${parent}/one/pids.max`)).toBe('300');
    expect(readLimits(tree, 'one')).toEqual({ cpuCapPercent: 150, cpuShares: 200, memoryMiB: 512, swapMiB: 1024, maxProcesses: 300 });
    writeLimits(tree, 'one', { ...limits, cpuCapPercent: undefined });
    expect(at(`${parent}/one/cpu.max`)).toBe('max 100000');
    expect(readLimits(tree, 'one')?.cpuCapPercent).toBeUndefined();
  });

  it('are found as hybrid: limits in version 1, processes counted in the unified tree', () => {
    put('unified/cgroup.controllers', '');
    const mounts = [
      line('cpu,cpuacct', 'cgroup', 'cpu,cpuacct'),
      line('memory', 'cgroup', 'memory'),
      line('pids', 'cgroup', 'pids'),
      line('systemd', 'cgroup', 'xattr,name=systemd'),
      line('unified', 'cgroup2', ''),
    ];
    const tree = CgroupTree.read(mounts.join('\n'), parent);
    expect([tree.mode, tree.versionOf('cpu'), tree.versionOf('memory')]).toEqual(['hybrid', 1, 1]);
    expect(tree.processGroup('one')).toBe(join(root, 'unified', parent, 'one'));
    tree.makeParents();
    expect(existsSync(join(root, 'systemd', parent))).toBe(true);
    tree.makeGroups('one', ['cpu', 'memory', 'pids']);
    put(`memory/${parent}/one/memory.memsw.limit_in_bytes`, '9223372036854771712');
    writeLimits(tree, 'one', limits);
    expect(at(`cpu,cpuacct/${parent}/one/cpu.shares`)).toBe('2048');
    expect(at(`memory/${parent}/one/memory.memsw.limit_in_bytes`)).toBe(String(1024 ** 3));
    expect(readLimits(tree, 'one')).toEqual({ cpuCapPercent: 150, cpuShares: 200, memoryMiB: 512, swapMiB: 1024, maxProcesses: 300 });
    expect(tree.instances()).toEqual(['one']);
  });

  it('are found as version 1 alone, and a missing controller is no limit', () => {
    const tree = CgroupTree.read(line('pids', 'cgroup', 'pids'), parent);
    expect([tree.mode, tree.versionOf('memory'), tree.unifiedGroup('one')]).toEqual(['v1', undefined, undefined]);
    expect(tree.processGroup('one')).toBe(join(root, 'pids', parent, 'one'));
    tree.makeParents();
    tree.makeGroups('one', ['pids']);
    writeLimits(tree, 'one', limits);
    expect(readLimits(tree, 'one')).toEqual({ maxProcesses: 300 });
    expect(readLimits(tree, 'two')).toBeUndefined();
  });

  it('are removed from the inside out, and absent ones count as done', () => {
    const tree = CgroupTree.read(line('pids', 'cgroup', 'pids'), parent);
    mkdirSync(join(root, 'pids', parent, 'one', 'made-by-guest', 'deeper'), { recursive: true });
    tree.removeGroups('one');
    tree.removeGroups('one');
    expect(tree.groups('one')).toEqual([]);
  });

  it('say what memory could be had back only by ending processes', () => {
    put('cgroup.controllers', 'cpu memory pids');
    const tree = CgroupTree.read(line('', 'cgroup2', ''), parent);
    tree.makeGroups('one', ['memory']);
    expect(heldMemoryMiB(tree, 'one')).toBe(0);
    const stat = { anon: 100, file: 400, kernel_stack: 1, pagetables: 2, shmem: 30, slab_reclaimable: 50, slab_unreclaimable: 7 };
    put(`${parent}/one/memory.stat`, Object.entries(stat).map(([name, size]) => `${name} ${size * 1024 ** 2}\n`).join('')); // prettier-ignore
    expect(heldMemoryMiB(tree, 'one')).toBe(140);
    expect(heldMemoryMiB(CgroupTree.read(line('pids', 'cgroup', 'pids,memory'), parent), 'one')).toBe(0);
  });

  it('convert shares and caps within what the kernel takes', () => {
    expect([sharesV1(100), sharesV1(1), sharesV1(65_535)]).toEqual([1024, 10, 262_144]);
    expect([weightV2(100), weightV2(65_535)]).toEqual([100, 10_000]);
    expect([quotaUs(1), quotaUs(350)]).toEqual([1_000, 350_000]);
  });
});
