import { type CapacityAmounts, type InstanceSpec, type Package, PackageId } from '@nereid/contracts';
import { z } from 'zod';
import type { VmRow } from './vm-row';

/** What a package makes of an instance, as a resize carries it in its job. Packages never change, so that it cannot be stale. */
export const Sizes = z.object({
  package: PackageId,
  packageName: z.string(),
  memoryMiB: z.number().int(),
  swapMiB: z.number().int(),
  quotaGiB: z.number().int(),
  cpuCapPercent: z.number().int(),
  cpuShares: z.number().int(),
  vcpus: z.number().int().optional(),
  maxProcesses: z.number().int(),
  ioPriority: z.number().int(),
});
export type Sizes = z.infer<typeof Sizes>;

export function sizesOf(pkg: Package): Sizes {
  const { id, name, memoryMiB, swapMiB, quotaGiB, cpuCapPercent, cpuShares, vcpus, maxProcesses, ioPriority } = pkg;
  const sizes = { memoryMiB, swapMiB, quotaGiB, cpuCapPercent, cpuShares, maxProcesses, ioPriority };
  return { package: id, packageName: name, ...sizes, ...(vcpus !== undefined && { vcpus }) };
}

/** The sizes as the row's columns of whole numbers. */
export function sizeColumns(to: Sizes) {
  return {
    memory_mib: to.memoryMiB,
    swap_mib: to.swapMiB,
    quota_gib: to.quotaGiB,
    cpu_cap_percent: to.cpuCapPercent,
    cpu_shares: to.cpuShares,
    vcpus: to.vcpus ?? null,
    max_processes: to.maxProcesses,
    io_priority: to.ioPriority,
  } satisfies Partial<VmRow>;
}

/** The row as it will be with other sizes. */
export function withSizes(row: VmRow, to: Sizes): VmRow {
  return { ...row, package_id: to.package, package_name: to.packageName, ...sizeColumns(to) };
}

/** What a node is to enforce. */
export function limitsOf(row: VmRow): InstanceSpec['limits'] {
  return {
    ...(row.cpu_cap_percent > 0 && { cpuCapPercent: row.cpu_cap_percent }),
    cpuShares: row.cpu_shares,
    memoryMiB: row.memory_mib,
    swapMiB: row.swap_mib,
    maxProcesses: row.max_processes,
    ioPriority: row.io_priority,
  };
}

/** What it takes of its server. */
export function amountsOf(sizes: Pick<VmRow, 'cpu_cap_percent' | 'memory_mib' | 'quota_gib'>): CapacityAmounts {
  return {
    // Without a cap an instance is reckoned with by its share: 128 MiB of memory is one share, a core per 4 GiB.
    cpuPercent: sizes.cpu_cap_percent > 0 ? sizes.cpu_cap_percent : Math.max(1, Math.ceil((sizes.memory_mib * 100) / 4096)),
    memoryMiB: sizes.memory_mib,
    diskGiB: sizes.quota_gib,
  };
}
