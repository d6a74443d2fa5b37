import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstanceLimits } from '@nereid/contracts';
import { readText, type CgroupTree } from './cgroup-tree';

/** Limits that control groups hold, in the units of the spec. Undefined: not limited, or not to be had. */
export interface GroupLimits {
  readonly cpuCapPercent?: number;
  readonly cpuShares?: number;
  readonly memoryMiB?: number;
  readonly swapMiB?: number;
  readonly maxProcesses?: number;
}

const mib = 1024 ** 2;
/** The kernel counts a cap by periods of this length; 1 % of one core is then the least it takes, 1,000 µs. */
const periodUs = 100_000;

/** SmartOS's default share is 100, version 1's is 1024. */
export function sharesV1(cpuShares: number): number {
  return clamp(Math.round((cpuShares * 1024) / 100), 2, 262_144);
}

/** Both defaults are 100. */
export function weightV2(cpuShares: number): number {
  return clamp(cpuShares, 1, 10_000);
}

/** Microseconds of CPU in each period. */
export function quotaUs(cpuCapPercent: number): number {
  return (cpuCapPercent * periodUs) / 100;
}

export const cpuPeriodUs = periodUs;

/** Whether this server can limit swap: version 1 counts it only when the kernel was told to. */
export function canLimitSwap(tree: CgroupTree, probeGroup: string): boolean {
  const version = tree.versionOf('memory');
  if (version === 1) return existsSync(join(tree.groupOf('memory', probeGroup), 'memory.memsw.limit_in_bytes'));
  if (version === 2) return existsSync(join(tree.groupOf('memory', probeGroup), 'memory.swap.max'));
  return false;
}

/**
 * Writes limits into an instance's groups, which exist. Repeatable, also while processes run in them. Memory first: it alone can be refused
 * (EBUSY), and then nothing else has changed.
 */
export function writeLimits(tree: CgroupTree, instance: string, limits: InstanceLimits): void {
  writeMemory(tree, instance, limits);
  const cpu = tree.versionOf('cpu') && tree.groupOf('cpu', instance);
  if (cpu && tree.versionOf('cpu') === 1) {
    put(cpu, 'cpu.shares', sharesV1(limits.cpuShares));
    put(cpu, 'cpu.cfs_period_us', periodUs);
    put(cpu, 'cpu.cfs_quota_us', limits.cpuCapPercent === undefined ? -1 : quotaUs(limits.cpuCapPercent));
  } else if (cpu) {
    put(cpu, 'cpu.weight', weightV2(limits.cpuShares));
    put(cpu, 'cpu.max', `${limits.cpuCapPercent === undefined ? 'max' : quotaUs(limits.cpuCapPercent)} ${periodUs}`);
  }
  if (tree.versionOf('pids')) put(tree.groupOf('pids', instance), 'pids.max', limits.maxProcesses);
}

function writeMemory(tree: CgroupTree, instance: string, limits: InstanceLimits): void {
  const version = tree.versionOf('memory');
  if (version === undefined) return;
  const group = tree.groupOf('memory', instance);
  const memory = limits.memoryMiB * mib;
  const both = Math.max(limits.swapMiB, limits.memoryMiB) * mib;
  if (version === 2) {
    put(group, 'memory.max', memory);
    if (existsSync(join(group, 'memory.swap.max'))) put(group, 'memory.swap.max', both - memory);
    return;
  }
  const swap = existsSync(join(group, 'memory.memsw.limit_in_bytes'));
  // Memory and swap together may never be below memory, in between neither: raise the sum first, lower it last.
  const raises = swap && both > Number(readText(join(group, 'memory.memsw.limit_in_bytes')));
  if (raises) put(group, 'memory.memsw.limit_in_bytes', both);
  put(group, 'memory.limit_in_bytes', memory);
  if (swap && !raises) put(group, 'memory.memsw.limit_in_bytes', both);
}

/**
 * Memory of an instance that the kernel could get back only by ending processes, in MiB: theirs, what lies in their tmpfs, and the kernel's
 * own on their behalf. 0 under version 1, which refuses such a limit itself. Source: kernel documentation, cgroup-v2, memory.stat.
 */
export function heldMemoryMiB(tree: CgroupTree, instance: string): number {
  if (tree.versionOf('memory') !== 2) return 0;
  const stat = readText(join(tree.groupOf('memory', instance), 'memory.stat')) ?? '';
  const of = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  return ['anon', 'shmem', 'slab_unreclaimable', 'kernel_stack', 'pagetables'].reduce((sum, name) => sum + of(name), 0) / mib;
}

/** What the kernel says it enforces. Undefined: the instance has no groups. */
export function readLimits(tree: CgroupTree, instance: string): GroupLimits | undefined {
  if (tree.groups(instance).length === 0) return undefined;
  return { ...readCpu(tree, instance), ...readMemory(tree, instance), ...readProcesses(tree, instance) };
}

function readCpu(tree: CgroupTree, instance: string): GroupLimits {
  const version = tree.versionOf('cpu');
  if (version === undefined) return {};
  const group = tree.groupOf('cpu', instance);
  if (version === 1) {
    const shares = value(group, 'cpu.shares');
    const quota = value(group, 'cpu.cfs_quota_us');
    const period = value(group, 'cpu.cfs_period_us');
    return {
      ...(shares !== undefined && { cpuShares: Math.round((shares * 100) / 1024) }),
      ...(quota !== undefined && quota > 0 && period && { cpuCapPercent: (quota * 100) / period }),
    };
  }
  const shares = value(group, 'cpu.weight');
  const [quota, period] = (readText(join(group, 'cpu.max')) ?? 'max').trim().split(' ');
  return {
    ...(shares !== undefined && { cpuShares: shares }),
    ...(quota !== 'max' && { cpuCapPercent: (Number(quota) * 100) / Number(period) }),
  };
}

function readMemory(tree: CgroupTree, instance: string): GroupLimits {
  const version = tree.versionOf('memory');
  if (version === undefined) return {};
  const group = tree.groupOf('memory', instance);
  const memory = value(group, version === 1 ? 'memory.limit_in_bytes' : 'memory.max');
  if (memory === undefined || memory > Number.MAX_SAFE_INTEGER) return {};
  const swap = version === 1 ? value(group, 'memory.memsw.limit_in_bytes') : value(group, 'memory.swap.max');
  return { memoryMiB: memory / mib, ...(swap !== undefined && { swapMiB: (version === 1 ? swap : memory + swap) / mib }) };
}

function readProcesses(tree: CgroupTree, instance: string): GroupLimits {
  const most = tree.versionOf('pids') && value(tree.groupOf('pids', instance), 'pids.max');
  return most === undefined ? {} : { maxProcesses: most };
}

/** A number in a file; undefined for `max`, for what is no number, and where the file is not there. */
function value(group: string, file: string): number | undefined {
  const text = readText(join(group, file))?.trim();
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

function put(group: string, file: string, value: number | string): void {
  writeFileSync(join(group, file), String(value));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
