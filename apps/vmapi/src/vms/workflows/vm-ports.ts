import type { NicSpec, ServerId, StepKey, VmId } from '@nereid/contracts';
import type { NodeTask } from '@nereid/workflow';
import type { Sizes } from '../sizes';

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
    /** Reserves on its server what the instance is to grow by. @throws InsufficientCapacity @throws Fenced released already @throws Conflict it stands on none */
    reserveMore(vm: VmId, key: StepKey, to: Sizes): Promise<{ server: ServerId }>;
    /** The instance holds `to` and nothing else from now on. @throws Fenced unsettled already */
    settle(vm: VmId, key: StepKey, to: Sizes): Promise<{ settled: true }>;
    /** Undoes what `settle` did under this key, and fences the key. @throws InsufficientCapacity what it gave back is in use by now */
    unsettle(key: StepKey): Promise<void>;
    /** Gives back all that the instance holds. */
    releaseVm(vm: VmId): Promise<void>;
  };
  readonly nics: {
    /** @throws SubnetFull @throws InUse @throws Fenced released already */
    reserve(vm: VmId, key: StepKey): Promise<{ nics: NicSpec[] }>;
    release(key: StepKey): Promise<void>;
    releaseVm(vm: VmId): Promise<void>;
  };
  /** Whether the instance is to be destroyed. */
  isWantedGone(vm: VmId): Promise<boolean>;
  /** What nodes are to be asked for, from the wanted half as it is at this moment. */
  readonly tasks: {
    ensure(vm: VmId, server: ServerId, nics: readonly NicSpec[]): Promise<NodeTask<'instance.ensure'>>;
    /** @throws Conflict it stands on no server */
    start(vm: VmId): Promise<NodeTask<'instance.start'>>;
    stop(vm: VmId): Promise<NodeTask<'instance.stop'>>;
    reboot(vm: VmId): Promise<NodeTask<'instance.reboot'>>;
    update(vm: VmId): Promise<NodeTask<'instance.update'>>;
    /** The same with other sizes than the row's. */
    resize(vm: VmId, to: Sizes): Promise<NodeTask<'instance.update'>>;
    /** `undefined` when it never came to stand on a server, and so is absent from all. */
    remove(vm: VmId): Promise<NodeTask<'instance.remove'> | undefined>;
  };
}
