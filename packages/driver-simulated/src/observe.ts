import type { VmId } from '@nereid/contracts';
import { available, unavailable, type InstanceUsage, type NodeCapacity, type NodeUsage, type ObserveDriver } from '@nereid/driver';
import type { StoredInstance } from './stored-instance';
import { loadOf } from './synthetic-load';
import type { World } from './world';

const mib = 1024 ** 2;

export class SimulatedFigures implements ObserveDriver {
  /** What the server has done so far; a sum over its instances would fall when one goes. */
  private done = { cpuMs: 0, diskReadBytes: 0, diskWrittenBytes: 0, networkReceivedBytes: 0, networkSentBytes: 0 };
  private lookedAtMs: number | undefined;

  constructor(
    private readonly world: World,
    private readonly capacity: NodeCapacity,
  ) {}

  async probe() {
    return {
      instanceUsage: available,
      nodeUsage: available,
      faults: unavailable('a simulated server has no hardware to fail'),
    };
  }

  async instanceUsage(ids: readonly VmId[]): Promise<readonly InstanceUsage[]> {
    const now = this.world.clock.nowMs();
    return ids.flatMap((id) => {
      const stored = this.world.get(id);
      return stored === undefined ? [] : [this.usageOf(stored, now)];
    });
  }

  /** Falls as instances are placed. */
  async nodeUsage(): Promise<NodeUsage> {
    let memoryMiB = 0;
    let diskGiB = 0;
    let running = 0;
    for (const stored of this.world.instances.values()) {
      diskGiB += stored.root?.quotaGiB ?? 0;
      if (stored.pid === undefined) continue;
      running++;
      memoryMiB += stored.limits?.memoryMiB ?? 0;
    }
    this.work(running);
    return {
      ...this.done,
      load1: running * 0.1,
      memoryBytes: Math.round(memoryMiB * 0.6) * mib,
      memoryAvailableMiB: Math.max(0, this.capacity.memoryMiB - memoryMiB),
      diskAvailableGiB: Math.max(0, this.capacity.diskGiB - diskGiB),
      processes: 100 + running * 7,
    };
  }

  private usageOf(stored: StoredInstance, now: number): InstanceUsage {
    const diskUsedBytes = stored.root && (this.world.images.get(stored.root.image)?.usedBytes ?? 0);
    if (stored.startedAtMs === undefined || stored.pid === undefined) {
      const nothing = {
        diskReadBytes: undefined,
        diskWrittenBytes: undefined,
        networkReceivedBytes: undefined,
        networkSentBytes: undefined,
      };
      return { id: stored.id, cpuMs: undefined, memoryBytes: undefined, diskUsedBytes, processes: undefined, ...nothing };
    }
    const uptimeMs = now - stored.startedAtMs;
    const memoryMiB = stored.limits?.memoryMiB;
    return {
      id: stored.id,
      ...loadOf(stored.id, stored.startedAtMs, now),
      memoryBytes: memoryMiB === undefined ? undefined : Math.round(memoryMiB * mib * (0.6 - 0.4 * Math.exp(-uptimeMs / 600_000))),
      diskUsedBytes,
      processes: 7,
    };
  }

  /** What so many instances do on average since the last look. */
  private work(running: number): void {
    const now = this.world.clock.monotonicMs();
    const ms = now - (this.lookedAtMs ?? now);
    this.lookedAtMs = now;
    this.done.cpuMs += ms * (0.02 + running * 0.1);
    this.done.diskReadBytes += ms * running * 200;
    this.done.diskWrittenBytes += ms * (20 + running * 100);
    this.done.networkReceivedBytes += ms * (5 + running * 50);
    this.done.networkSentBytes += ms * (5 + running * 80);
  }
}
