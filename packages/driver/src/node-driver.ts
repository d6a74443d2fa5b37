import type { Capabilities } from './capability';

export type NodeCapability = 'reboot' | 'platformUpdate';

/** What a server is. Changes only by a new start or new hardware. */
export interface NodeFacts {
  readonly hostname: string;
  readonly os: string;
  readonly kernel: string;
  readonly platform: string;
  readonly cpuModel: string;
  /** When the server itself started, ms since 1970. */
  readonly bootedAtMs: number;
  /** Where its instances' bridge answers, for people; undefined where there is none. */
  readonly address?: string;
  /** NIC tags that ports can be made on. */
  readonly nicTags: readonly string[];
}

/** What a server has to give, before any ratio. */
export interface NodeCapacity {
  readonly cpuCores: number;
  readonly memoryMiB: number;
  readonly diskGiB: number;
}

/** The server itself. */
export interface NodeDriver {
  probe(): Promise<Capabilities<NodeCapability>>;
  /**
   * Makes the server ready for instances after a start of server or agent: pool mounted, network devices and guards back, before anything
   * boots. Safe to repeat.
   * @throws DriverError Unavailable what it needs is not there; the agent then reports no inventory at all
   */
  prepare(signal: AbortSignal): Promise<void>;
  facts(): Promise<NodeFacts>;
  capacity(): Promise<NodeCapacity>;
  /** Lets go of sockets, watches and timers of this process. Instances keep running. */
  close(): Promise<void>;
}
