import type { InstanceSpec, VmId } from '@nereid/contracts';
import type { Capabilities } from './capability';
import type { TaskContext } from './task-context';

export type NetworkCapability = 'antiSpoof' | 'vlan' | 'overlay' | 'firewall' | 'statefulFirewall' | 'ipv6';

/** How instances are joined to networks. */
export interface NetworkDriver {
  probe(): Promise<Capabilities<NetworkCapability>>;
  /**
   * The instance has exactly the ports of `spec.nics`, with their guards against false addresses, and no other. Safe to repeat, also while
   * the instance runs.
   * @throws DriverError NotFound this server lacks a NIC's tag; Unsupported
   */
  ensurePorts(ctx: TaskContext, spec: InstanceSpec): Promise<void>;
  /** Removes ports, rules and whatever else the network holds of the instance. Absent counts as done. */
  removePorts(ctx: TaskContext, id: VmId): Promise<void>;
}
