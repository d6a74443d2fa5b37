import { duplexPair, type Duplex } from 'node:stream';
import type { InstanceSpec, VmId } from '@nereid/contracts';
import { available, DriverError, unavailable, type GuestDriver, type TaskContext } from '@nereid/driver';
import type { World } from './world';

const nobodyThere = unavailable('nobody lives in a simulated instance');

export class SimulatedGuests implements GuestDriver {
  constructor(private readonly world: World) {}

  async probe() {
    return { metadata: available, console: nobodyThere, exec: nobodyThere, vnc: nobodyThere };
  }

  serveMetadata(ctx: TaskContext, spec: InstanceSpec, onConnection: (guest: Duplex) => void): Promise<void> {
    return this.world.act('guest.serveMetadata', spec.id, ctx, () => {
      this.world.metadata.set(spec.id, { accept: onConnection, open: this.world.metadata.get(spec.id)?.open ?? new Set() });
    });
  }

  async closeMetadata(id: VmId): Promise<void> {
    for (const socket of this.world.metadata.get(id)?.open ?? []) socket.destroy();
    this.world.metadata.delete(id);
  }

  /** What the guest would do: opens its metadata socket. @throws DriverError NotFound nobody serves it */
  connect(id: VmId): Duplex {
    const served = this.world.metadata.get(id);
    if (!served) throw new DriverError('NotFound', `instance ${id} has no metadata socket`);
    const [guest, host] = duplexPair();
    served.open.add(host);
    host.on('close', () => served.open.delete(host));
    served.accept(host);
    return guest;
  }
}
