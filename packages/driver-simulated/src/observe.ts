import type { VmId } from '@nereid/contracts';
import { available, unavailable, type InstanceUsage, type NodeCapacity, type NodeUsage, type ObserveDriver } from '@nereid/driver';
import type { World } from './world';

export class SimulatedFigures implements ObserveDriver {
  constructor(
    private readonly world: World,
    private readonly capacity: NodeCapacity,
  ) {}

  async probe() {
    return {
      instanceUsage: available,
      nodeUsage: available,
      faults: unavailable('a simulated server has no hardware to fail'),
      tracing: unavailable('a simulated server has no kernel to trace'),
    };
  }

  async instanceUsage(ids: readonly VmId[]): Promise<readonly InstanceUsage[]> {
    const now = this.world.clock.nowMs();
    return ids.flatMap((id) => {
      const stored = this.world.get(id);
      if (!stored) return [];
      const uptimeMs = stored.startedAtMs === undefined ? undefined : now - stored.startedAtMs;
      const memoryMiB = stored.limits?.memoryMiB;
      return {
        id,
        // A wave a day long, a tenth of a core on average: enough for charts to have a shape.
        cpuMs: uptimeMs === undefined ? undefined : Math.max(0, 0.1 * (uptimeMs + 5_000_000 * Math.sin((2 * Math.PI * now) / 86_400_000))),
        memoryBytes:
          uptimeMs === undefined || memoryMiB === undefined
            ? undefined
            : memoryMiB * 1024 ** 2 * (0.6 - 0.4 * Math.exp(-uptimeMs / 600_000)),
        diskUsedBytes: stored.root && (this.world.images.get(stored.root.image)?.usedBytes ?? 0),
        processes: uptimeMs === undefined ? undefined : 7,
      };
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
    return {
      load1: running * 0.1,
      memoryAvailableMiB: Math.max(0, this.capacity.memoryMiB - memoryMiB),
      diskAvailableGiB: Math.max(0, this.capacity.diskGiB - diskGiB),
    };
  }
}
