import { existsSync } from 'node:fs';
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
  type Traffic,
} from '@nereid/driver';
import { readText, type CgroupTree } from '../limits/cgroup-tree';
import { interfaceName } from '../names';
import type { PoolLayout } from '../zfs/pool-layout';
import type { PoolSpace } from './pool-space';
import { cpuBusyMs, diskTraffic, interfaceTraffic, memInfoMiB, threadCount } from './proc-figures';

const mib = 1024 ** 2;
const gib = 1024 ** 3;
const slotsPerInstance = 32;

/** Counters from control groups and /proc, read each time; the pool's figures at most once a minute. */
export class LinuxObserveDriver implements ObserveDriver {
  private readonly devices = new Map<VmId, readonly string[]>();

  constructor(
    private readonly tree: CgroupTree,
    private readonly space: PoolSpace,
    private readonly layout: PoolLayout,
    private readonly installation: string,
  ) {}

  async probe(): Promise<Capabilities<ObserveCapability>> {
    return {
      instanceUsage: available,
      nodeUsage: available,
      faults: unavailable('not offered yet'),
    };
  }

  async instanceUsage(ids: readonly VmId[]): Promise<readonly InstanceUsage[]> {
    if (ids.length === 0) return [];
    const { usedBytes } = await this.space.look();
    const traffic = interfaceTraffic();
    this.forgetOthers(ids);
    return ids.flatMap((id) => {
      if (this.tree.groups(id).length === 0 && !existsSync(this.layout.rootPath(id))) return [];
      return [
        {
          id,
          cpuMs: this.cpuMs(id),
          memoryBytes: this.number('memory', id, 'memory.usage_in_bytes', 'memory.current'),
          diskUsedBytes: usedBytes.get(this.layout.instance(id)),
          processes: this.number('pids', id, 'pids.current', 'pids.current'),
          // What a zone reads and writes is done by the pool's own threads, which no group of the zone counts.
          diskReadBytes: undefined,
          diskWrittenBytes: undefined,
          ...this.networkOf(id, traffic),
        },
      ];
    });
  }

  async nodeUsage(): Promise<NodeUsage> {
    const { availableBytes } = await this.space.look();
    const [totalMiB, availableMiB] = [memInfoMiB('MemTotal'), memInfoMiB('MemAvailable')];
    return {
      cpuMs: cpuBusyMs(),
      load1: loadavg()[0],
      memoryBytes: (totalMiB - availableMiB) * mib,
      memoryAvailableMiB: availableMiB,
      diskAvailableGiB: Math.floor(availableBytes / gib),
      processes: threadCount(),
      ...diskTraffic(),
      ...this.serverNetwork(),
    };
  }

  /** The server's ends of the instance's links: what is sent there is received by the instance. */
  private networkOf(id: VmId, traffic: ReturnType<typeof interfaceTraffic>): Pick<Traffic, 'networkReceivedBytes' | 'networkSentBytes'> {
    let names = this.devices.get(id);
    if (!names) {
      names = Array.from({ length: slotsPerInstance }, (_, slot) => interfaceName('v', this.installation, id, slot));
      this.devices.set(id, names);
    }
    const ends = names.flatMap((name) => traffic.get(name) ?? []);
    if (ends.length === 0) return { networkReceivedBytes: undefined, networkSentBytes: undefined };
    return {
      networkReceivedBytes: ends.reduce((sum, end) => sum + end.sent, 0),
      networkSentBytes: ends.reduce((sum, end) => sum + end.received, 0),
    };
  }

  /** Links to the outside; not loopback, nor what we made for instances and networks. */
  private serverNetwork(): Pick<Traffic, 'networkReceivedBytes' | 'networkSentBytes'> {
    const outside = [...interfaceTraffic()].filter(([name]) => name !== 'lo' && !/^n[bv][a-z2-7]{13}$/.test(name));
    return {
      networkReceivedBytes: outside.reduce((sum, [, { received }]) => sum + received, 0),
      networkSentBytes: outside.reduce((sum, [, { sent }]) => sum + sent, 0),
    };
  }

  private forgetOthers(ids: readonly VmId[]): void {
    if (this.devices.size <= 2 * ids.length) return;
    for (const id of [...this.devices.keys()].filter((known) => !ids.includes(known))) this.devices.delete(id);
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
