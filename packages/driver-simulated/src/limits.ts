import type { InstanceSpec, VmId } from '@nereid/contracts';
import { available, type AppliedLimits, type EffectiveLimits, type LimitsDriver, type TaskContext } from '@nereid/driver';
import type { World } from './world';

const noDisk = { available: false, reason: 'a simulated server has no disk to share' } as const;

export class SimulatedLimits implements LimitsDriver {
  constructor(private readonly world: World) {}

  async probe() {
    return {
      cpuCapPercent: available,
      cpuShares: available,
      memoryMiB: available,
      swapMiB: available,
      maxProcesses: available,
      quotaGiB: available,
      ioPriority: noDisk,
    };
  }

  apply(ctx: TaskContext, spec: InstanceSpec): Promise<AppliedLimits> {
    return this.world.act('limits.apply', spec.id, ctx, () => {
      const { cpuCapPercent, cpuShares, memoryMiB, swapMiB, maxProcesses } = spec.limits;
      const effective: EffectiveLimits = { cpuCapPercent, cpuShares, memoryMiB, swapMiB, maxProcesses, quotaGiB: spec.quotaGiB };
      this.world.change(spec.id, (stored) => (stored.limits = effective));
      return { effective, degraded: [{ limit: 'ioPriority' as const, reason: noDisk.reason }] };
    });
  }

  async effective(id: VmId): Promise<EffectiveLimits | undefined> {
    return this.world.get(id)?.limits;
  }

  remove(ctx: TaskContext, id: VmId): Promise<void> {
    return this.world.act('limits.remove', id, ctx, () => this.world.change(id, (stored) => delete stored.limits));
  }
}
