import type { InstanceSpec, VmId } from '@nereid/contracts';
import { available, DriverError, unavailable, type NetworkDriver, type TaskContext } from '@nereid/driver';
import type { World } from './world';

const noPackets = unavailable('no packet passes a simulated server');

export class SimulatedNetwork implements NetworkDriver {
  constructor(
    private readonly world: World,
    private readonly nicTags: readonly string[],
  ) {}

  async probe() {
    return { antiSpoof: available, vlan: available, overlay: noPackets, firewall: noPackets, statefulFirewall: noPackets, ipv6: noPackets };
  }

  ensurePorts(ctx: TaskContext, spec: InstanceSpec): Promise<void> {
    return this.world.act('network.ensurePorts', spec.id, ctx, () => {
      for (const nic of spec.nics) {
        if (!this.nicTags.includes(nic.nicTag)) {
          throw new DriverError('NotFound', `this server has no NIC tag ${nic.nicTag}`, { step: 'make-port' });
        }
      }
      this.world.change(spec.id, (stored) => (stored.ports = spec.nics.map(({ mac, ip }) => ({ mac, ip }))));
    });
  }

  removePorts(ctx: TaskContext, id: VmId): Promise<void> {
    return this.world.act('network.removePorts', id, ctx, () => this.world.change(id, (stored) => delete stored.ports));
  }
}
