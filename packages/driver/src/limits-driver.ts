import type { InstanceSpec, VmId } from '@nereid/contracts';
import type { Capabilities } from './capability';
import type { TaskContext } from './task-context';

export type LimitName = 'cpuCapPercent' | 'cpuShares' | 'memoryMiB' | 'swapMiB' | 'maxProcesses' | 'ioPriority' | 'quotaGiB';

/** One limit that the spec asks for and this server cannot hold. */
export interface DegradedLimit {
  readonly limit: LimitName;
  readonly reason: string;
}

/** What is enforced, as read back from where it is enforced; undefined: not limited. */
export type EffectiveLimits = Readonly<Partial<Record<LimitName, number>>>;

export interface AppliedLimits {
  readonly effective: EffectiveLimits;
  /** Asked for and not enforced, each with its reason; never silence. */
  readonly degraded: readonly DegradedLimit[];
}

/** What an instance may use. */
export interface LimitsDriver {
  probe(): Promise<Capabilities<LimitName>>;
  /**
   * Applies the limits of the spec, before the first start and to a running instance alike. Safe to repeat.
   * @throws DriverError Conflict its processes hold more memory than they would be allowed; none of them is ended for it
   */
  apply(ctx: TaskContext, spec: InstanceSpec): Promise<AppliedLimits>;
  /** What is enforced now; undefined: there is nothing of the instance here. */
  effective(id: VmId): Promise<EffectiveLimits | undefined>;
  /** Removes what was made to hold the limits. Absent counts as done. */
  remove(ctx: TaskContext, id: VmId): Promise<void>;
}
