import type { NodeFacts } from '@nereid/contracts';
import type { Amounts } from '../placement/picture.types';

/** What of a server's capacity may be promised. */
export interface Ratios {
  /** Percent of a core sold for each percent there is. */
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
  /** Part of the memory that the server keeps for itself, 0 to 1. */
  readonly memoryKept: number;
  /** Part of the pool that stays free, 0 to 1; ZFS slows down when full. */
  readonly diskKept: number;
  readonly maxInstances: number;
}

/** Capacity × ratio, less what the server keeps. Source: the older allocator's defaults. */
export function sellable(capacity: NodeFacts['capacity'], ratios: Ratios): Amounts {
  return {
    cpuPercent: Math.floor(capacity.cpus * 100 * ratios.cpu),
    memoryMiB: Math.floor(capacity.memoryMiB * (1 - ratios.memoryKept) * ratios.memory),
    diskGiB: Math.floor(capacity.diskGiB * (1 - ratios.diskKept) * ratios.disk),
    instances: ratios.maxInstances,
  };
}
