import type { VmId } from '@nereid/contracts';
import type { Capabilities } from './capability';

export type ObserveCapability = 'instanceUsage' | 'nodeUsage' | 'faults';

/** Bytes that went in and out, by counters that grow. */
export interface Traffic {
  readonly diskReadBytes: number | undefined;
  readonly diskWrittenBytes: number | undefined;
  /** As the instance or server itself sees it: received is what came to it. */
  readonly networkReceivedBytes: number | undefined;
  readonly networkSentBytes: number | undefined;
}

/** Counters of one instance. What cannot be read is undefined, not 0. */
export interface InstanceUsage extends Traffic {
  readonly id: VmId;
  /** Since its start; falls back when it starts again. */
  readonly cpuMs: number | undefined;
  readonly memoryBytes: number | undefined;
  /** May be a minute old: asking the pool costs a program. */
  readonly diskUsedBytes: number | undefined;
  readonly processes: number | undefined;
}

export interface NodeUsage extends Traffic {
  /** Time that all CPUs together were busy, since the server's start. */
  readonly cpuMs: number | undefined;
  /** The running average of one minute. */
  readonly load1: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly memoryAvailableMiB: number;
  /** May be a minute old. */
  readonly diskAvailableGiB: number;
  readonly processes: number | undefined;
}

/** Figures, read only, and cheap: they are asked for every second. */
export interface ObserveDriver {
  probe(): Promise<Capabilities<ObserveCapability>>;
  /** Of those asked about that are here; others are left out. */
  instanceUsage(ids: readonly VmId[]): Promise<readonly InstanceUsage[]>;
  nodeUsage(): Promise<NodeUsage>;
}
