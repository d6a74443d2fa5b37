import type { VmId } from '@nereid/contracts';
import type { Capabilities } from './capability';

export type ObserveCapability = 'instanceUsage' | 'nodeUsage' | 'faults' | 'tracing';

/** Counters of one instance. What cannot be read is undefined, not 0. */
export interface InstanceUsage {
  readonly id: VmId;
  /** Since its start; falls back when it starts again. */
  readonly cpuMs: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly diskUsedBytes: number | undefined;
  readonly processes: number | undefined;
}

export interface NodeUsage {
  /** The running average of one minute. */
  readonly load1: number | undefined;
  readonly memoryAvailableMiB: number;
  readonly diskAvailableGiB: number;
}

/** Figures, read only. */
export interface ObserveDriver {
  probe(): Promise<Capabilities<ObserveCapability>>;
  /** Of those asked about that are here; others are left out. */
  instanceUsage(ids: readonly VmId[]): Promise<readonly InstanceUsage[]>;
  nodeUsage(): Promise<NodeUsage>;
}
