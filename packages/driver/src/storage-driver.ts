import type { InstanceSpec, VmId } from '@nereid/contracts';
import type { Capabilities } from './capability';
import type { TaskContext } from './task-context';

export type StorageCapability = 'clone' | 'quota' | 'snapshot' | 'delegatedDatasets' | 'encryption';

export interface StorageUsage {
  readonly usedBytes: number;
  /** Undefined: no quota is enforced. */
  readonly quotaBytes: number | undefined;
}

/** What an instance keeps on disk. */
export interface StorageDriver {
  probe(): Promise<Capabilities<StorageCapability>>;
  /**
   * The instance's root is a clone of its image, with the quota of the spec. An existing root keeps its data; the quota follows the spec.
   * Safe to repeat.
   * @throws DriverError NotFound the image is not here; NoSpace; TooSmall more is stored than the quota would hold, which then stays as it was
   */
  ensureRoot(ctx: TaskContext, spec: InstanceSpec): Promise<void>;
  /** Destroys root, disks and snapshots of the instance. Absent counts as done. Its process has ended before. */
  remove(ctx: TaskContext, id: VmId): Promise<void>;
  /** Undefined: it has no storage here. */
  usage(id: VmId): Promise<StorageUsage | undefined>;
}
