import type { NicSpec, ServerId, StepKey, VmId } from '@nereid/contracts';
import type { NodeTask } from '@nereid/workflow';

/**
 * What the steps of vmapi's workflows act on. The real ones ask cnapi, napi and the row; tests put fakes in their place. Each is safe to
 * repeat.
 */
export interface VmPorts {
  readonly placement: {
    /** Chooses a server and reserves the instance's share there. @throws InsufficientCapacity @throws Fenced released already */
    reserve(vm: VmId, key: StepKey): Promise<{ server: ServerId }>;
    /** Gives back what `key` reserved and fences the key. */
    release(key: StepKey): Promise<void>;
    /** Gives back all that the instance holds. */
    releaseVm(vm: VmId): Promise<void>;
  };
  readonly nics: {
    /** @throws SubnetFull @throws InUse @throws Fenced released already */
    reserve(vm: VmId, key: StepKey): Promise<{ nics: NicSpec[] }>;
    release(key: StepKey): Promise<void>;
    releaseVm(vm: VmId): Promise<void>;
  };
  /** What nodes are to be asked for, from the wanted half as it is at this moment. */
  readonly tasks: {
    ensure(vm: VmId, server: ServerId, nics: readonly NicSpec[]): Promise<NodeTask<'instance.ensure'>>;
    /** @throws Conflict it stands on no server */
    start(vm: VmId): Promise<NodeTask<'instance.start'>>;
    stop(vm: VmId): Promise<NodeTask<'instance.stop'>>;
    reboot(vm: VmId): Promise<NodeTask<'instance.reboot'>>;
    update(vm: VmId): Promise<NodeTask<'instance.update'>>;
    /** `undefined` when it never came to stand on a server, and so is absent from all. */
    remove(vm: VmId): Promise<NodeTask<'instance.remove'> | undefined>;
  };
}
