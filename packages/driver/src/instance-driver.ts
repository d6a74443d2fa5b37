import type { Brand, InstanceSpec, VmId } from '@nereid/contracts';
import type { Capabilities } from './capability';
import type { TaskContext } from './task-context';

/**
 * `incomplete`: something of it is on this server (a root, a port, a record), not enough to start it; what a crash in the middle of a create or
 * delete leaves.
 */
export type InstancePhase = 'incomplete' | 'stopped' | 'starting' | 'running' | 'stopping' | 'failed';

export interface InstanceFacts {
  readonly id: VmId;
  readonly phase: InstancePhase;
  /** When its first process started, ms since 1970; undefined unless it runs. */
  readonly startedAtMs: number | undefined;
  /** First process as this server numbers it; undefined unless it runs or where there is none. */
  readonly pid: number | undefined;
  /** How it last ended: exit code, or 128 + signal; undefined while unknown. */
  readonly exitCode: number | undefined;
  /** The spec it was last defined by; undefined when incomplete. */
  readonly spec: InstanceSpec | undefined;
}

export interface InstanceEvent {
  readonly id: VmId;
  readonly kind: 'started' | 'exited';
  /** Exit code, or 128 + signal, of an `exited`; undefined while unknown. */
  readonly exitCode?: number;
}

/** Everything of instances on this server, with the proof that it is everything. */
export interface Inventory {
  /** Identity of the storage that was read (pool guid). An inventory of another pool proves nothing about this one. */
  readonly poolId: string;
  /** Only then is absence from the list proof of absence. */
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly reason?: string;
  readonly instances: readonly InstanceFacts[];
}

export interface StopHow {
  /** `graceful` asks first and kills after `timeoutMs`; `kill` does not ask. */
  readonly mode: 'graceful' | 'kill';
  readonly timeoutMs: number;
}

/** Instances: their definition, their process, what can be seen of them. */
export interface InstanceDriver {
  /** Which brands run here. */
  probe(): Promise<Capabilities<Brand>>;
  /**
   * The instance is defined as `spec` wants it, whatever was there; its record survives a restart of the server. Root, ports and limits are
   * ensured apart. Applies to a running instance what can change without a restart (hostname, metadata files). Safe to repeat; starts nothing.
   */
  ensureDefined(ctx: TaskContext, spec: InstanceSpec): Promise<void>;
  /**
   * Its first process runs. Running already: done. Root, ports, limits and metadata come before it.
   * @throws DriverError NotFound it is not defined
   */
  start(ctx: TaskContext, id: VmId): Promise<void>;
  /** No process of it runs. Stopped already: done. @throws DriverError NotFound it is not defined */
  stop(ctx: TaskContext, id: VmId, how: StopHow): Promise<void>;
  /** Stopped as by `stop`, then started; a stopped one is started. @throws DriverError NotFound it is not defined */
  reboot(ctx: TaskContext, id: VmId, how: StopHow): Promise<void>;
  /** No process, no record. Ends what runs without asking. Absent counts as done. Storage and ports are removed apart, afterwards. */
  remove(ctx: TaskContext, id: VmId): Promise<void>;
  /** Undefined: nothing of it is here. */
  inspect(id: VmId): Promise<InstanceFacts | undefined>;
  inventory(): Promise<Inventory>;
  /**
   * Starts and ends of instances from now on, each within a second, whoever caused them. Ends when the signal is aborted. One event may come
   * twice; what counts is `inspect`.
   */
  watch(signal: AbortSignal): AsyncIterable<InstanceEvent>;
}
