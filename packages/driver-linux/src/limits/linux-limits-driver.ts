import type { InstanceSpec, VmId } from '@nereid/contracts';
import {
  available,
  DriverError,
  unavailable,
  type AppliedLimits,
  type Capabilities,
  type DegradedLimit,
  type EffectiveLimits,
  type LimitName,
  type LimitsDriver,
  type TaskContext,
} from '@nereid/driver';
import type { LinuxStorageDriver } from '../storage/linux-storage-driver';
import type { CgroupTree, Controller } from './cgroup-tree';
import { canLimitSwap, heldMemoryMiB, readLimits, writeLimits } from './limit-files';

const heldBy: Readonly<Record<'cpuCapPercent' | 'cpuShares' | 'memoryMiB' | 'maxProcesses', Controller>> = {
  cpuCapPercent: 'cpu',
  cpuShares: 'cpu',
  memoryMiB: 'memory',
  maxProcesses: 'pids',
};

const noIoPriority = 'ZFS does the instances\u2019 I/O outside their control groups';

/** Limits as files of control groups, and the quota of the root. Whatever is answered was read back from the kernel. */
export class LinuxLimitsDriver implements LimitsDriver {
  constructor(
    private readonly tree: CgroupTree,
    private readonly storage: LinuxStorageDriver,
  ) {}

  async probe(): Promise<Capabilities<LimitName>> {
    const held = (controller: Controller) =>
      this.tree.versionOf(controller) ? available : unavailable(`this server's kernel has no control group controller ${controller}`);
    return {
      cpuCapPercent: held('cpu'),
      cpuShares: held('cpu'),
      memoryMiB: held('memory'),
      swapMiB: canLimitSwap(this.tree, '') ? available : unavailable('this server\u2019s kernel does not count swap by control group'),
      maxProcesses: held('pids'),
      ioPriority: unavailable(noIoPriority),
      quotaGiB: available,
    };
  }

  async apply(_ctx: TaskContext, spec: InstanceSpec): Promise<AppliedLimits> {
    const controllers = [...new Set(Object.values(heldBy))].filter((controller) => this.tree.versionOf(controller) !== undefined);
    // Version 2 would take the limit and end processes until it holds.
    if (heldMemoryMiB(this.tree, spec.id) > spec.limits.memoryMiB) throw memoryInUse(spec);
    try {
      this.tree.makeGroups(spec.id, controllers);
      writeLimits(this.tree, spec.id, spec.limits);
    } catch (cause) {
      // Version 1 has tried to get it back before it said so.
      if ((cause as NodeJS.ErrnoException).code === 'EBUSY') throw memoryInUse(spec, cause);
      throw new DriverError('Internal', `limits: ${(cause as Error).message}`, { step: 'apply-limits', cause });
    }
    const effective = await this.readBack(spec.id);
    return { effective, degraded: await this.degraded(spec, effective) };
  }

  async effective(id: VmId): Promise<EffectiveLimits | undefined> {
    return this.tree.groups(id).length === 0 ? undefined : this.readBack(id);
  }

  async remove(_ctx: TaskContext, id: VmId): Promise<void> {
    try {
      this.tree.removeGroups(id);
    } catch (cause) {
      throw new DriverError('Busy', `a control group of ${id} still holds processes`, { step: 'remove-limits', cause });
    }
  }

  private async readBack(id: VmId): Promise<EffectiveLimits> {
    const quotaGiB = await this.storage.quotaGiB(id);
    return { ...readLimits(this.tree, id), ...(quotaGiB !== undefined && { quotaGiB }) };
  }

  private async degraded(spec: InstanceSpec, effective: EffectiveLimits): Promise<DegradedLimit[]> {
    const probed = await this.probe();
    const wanted: Partial<Record<LimitName, number>> = { ...spec.limits, quotaGiB: spec.quotaGiB };
    return Object.entries(wanted).flatMap(([name, value]) => {
      const limit = name as LimitName;
      if (value === undefined || effective[limit] === value) return [];
      const can = probed[limit];
      return [{ limit, reason: can.available ? `this server enforces ${effective[limit] ?? 'nothing'} instead of ${value}` : can.reason }];
    });
  }
}

function memoryInUse({ limits }: InstanceSpec, cause?: unknown): DriverError {
  return new DriverError('Conflict', `its processes hold more than ${limits.memoryMiB} MiB of memory`, { step: 'apply-limits', cause });
}
