import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { VmId } from '@nereid/contracts';
import {
  available,
  unavailable,
  type Capabilities,
  type InstanceUsage,
  type NodeUsage,
  type ObserveCapability,
  type ObserveDriver,
} from '@nereid/driver';
import { readText, type CgroupTree } from '../limits/cgroup-tree';
import type { PoolLayout } from '../zfs/pool-layout';
import type { Zfs } from '../zfs/zfs';

const gib = 1024 ** 3;

/** Counters from control groups, ZFS and /proc. */
export class LinuxObserveDriver implements ObserveDriver {
  constructor(
    private readonly tree: CgroupTree,
    private readonly zfs: Zfs,
    private readonly layout: PoolLayout,
  ) {}

  async probe(): Promise<Capabilities<ObserveCapability>> {
    return {
      instanceUsage: available,
      nodeUsage: available,
      faults: unavailable('not offered yet'),
      tracing: unavailable('not offered yet'),
    };
  }

  async instanceUsage(ids: readonly VmId[]): Promise<readonly InstanceUsage[]> {
    if (ids.length === 0) return [];
    const datasets = await this.zfs.get(this.layout.instances, ['used'], true);
    return ids.flatMap((id) => {
      const disk = datasets.get(this.layout.instance(id))?.get('used');
      if (disk === undefined && this.tree.groups(id).length === 0) return [];
      return [
        {
          id,
          cpuMs: this.cpuMs(id),
          memoryBytes: this.number('memory', id, 'memory.usage_in_bytes', 'memory.current'),
          diskUsedBytes: disk === undefined ? undefined : Number(disk),
          processes: this.number('pids', id, 'pids.current', 'pids.current'),
        },
      ];
    });
  }

  async nodeUsage(): Promise<NodeUsage> {
    const free = (await this.zfs.get(this.layout.pool, ['available'])).get(this.layout.pool)?.get('available');
    return {
      load1: loadavg()[0],
      memoryAvailableMiB: memInfoMiB('MemAvailable'),
      diskAvailableGiB: Math.floor(Number(free ?? 0) / gib),
    };
  }

  private cpuMs(id: VmId): number | undefined {
    const nanoseconds = this.tree.versionOf('cpuacct') === 1 ? this.number('cpuacct', id, 'cpuacct.usage', '') : undefined;
    if (nanoseconds !== undefined) return nanoseconds / 1e6;
    const unified = this.tree.unifiedGroup(id);
    const microseconds = unified && /^usage_usec (\d+)$/m.exec(readText(join(unified, 'cpu.stat')) ?? '')?.[1];
    return microseconds ? Number(microseconds) / 1e3 : undefined;
  }

  private number(controller: 'memory' | 'pids' | 'cpuacct', id: VmId, v1: string, v2: string): number | undefined {
    const version = this.tree.versionOf(controller);
    if (version === undefined) return undefined;
    const text = readText(join(this.tree.groupOf(controller, id), version === 1 ? v1 : v2));
    return text === undefined ? undefined : Number(text);
  }
}

/** A line of /proc/meminfo. */
export function memInfoMiB(name: string): number {
  return Math.floor(Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readText('/proc/meminfo') ?? '')?.[1] ?? 0) / 1024);
}
