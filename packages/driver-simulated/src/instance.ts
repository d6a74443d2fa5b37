import type { InstanceSpec, VmId } from '@nereid/contracts';
import {
  available,
  DriverError,
  unavailable,
  type Capabilities,
  type InstanceDriver,
  type InstanceEvent,
  type InstanceFacts,
  type Inventory,
  type StopHow,
  type TaskContext,
} from '@nereid/driver';
import type { Brand } from '@nereid/contracts';
import type { StoredInstance } from './stored-instance';
import type { World } from './world';

export class SimulatedInstances implements InstanceDriver {
  constructor(
    private readonly world: World,
    private readonly poolId: string,
    private readonly brands: readonly Brand[],
  ) {}

  async probe(): Promise<Capabilities<Brand>> {
    const can = (brand: Brand) => (this.brands.includes(brand) ? available : unavailable('this simulated server was told not to offer it'));
    return { 'joyent': can('joyent'), 'joyent-minimal': can('joyent-minimal'), 'lx': can('lx'), 'bhyve': can('bhyve'), 'kvm': can('kvm') };
  }

  ensureDefined(ctx: TaskContext, spec: InstanceSpec): Promise<void> {
    return this.world.act('instance.ensureDefined', spec.id, ctx, () => {
      if (!this.brands.includes(spec.brand))
        throw new DriverError('Unsupported', `brand ${spec.brand} does not run here`, { step: 'define' });
      this.world.change(spec.id, (stored) => (stored.spec = spec));
    });
  }

  async start(ctx: TaskContext, id: VmId): Promise<void> {
    const stored = this.world.defined(id);
    if (stored.pid !== undefined) return;
    if (!stored.root) throw new DriverError('Conflict', `instance ${id} has no root`, { step: 'start' });
    this.world.change(id, (it) => (it.phase = 'starting'));
    try {
      await this.world.act('instance.start', id, ctx, () => this.world.begin(id));
    } finally {
      this.settle(id);
    }
  }

  async stop(ctx: TaskContext, id: VmId, how: StopHow): Promise<void> {
    const stored = this.world.defined(id);
    if (stored.pid === undefined) return;
    this.world.change(id, (it) => (it.phase = 'stopping'));
    try {
      if (how.mode === 'kill' || how.timeoutMs === 0) {
        await this.world.act('instance.kill', id, ctx, () => this.world.end(id, 137));
      } else if (stored.ignoresStop) {
        await this.world.pause('instance.stop', how.timeoutMs, ctx);
        await this.world.act('instance.kill', id, ctx, () => this.world.end(id, 137));
      } else {
        await this.world.act('instance.stop', id, ctx, () => this.world.end(id, 0));
      }
    } finally {
      this.settle(id);
    }
  }

  async reboot(ctx: TaskContext, id: VmId, how: StopHow): Promise<void> {
    await this.stop(ctx, id, how);
    await this.start(ctx, id);
  }

  remove(ctx: TaskContext, id: VmId): Promise<void> {
    return this.world.act('instance.remove', id, ctx, () => {
      this.world.end(id, 137);
      this.world.change(id, (stored) => {
        delete stored.spec;
        stored.phase = 'stopped';
      });
    });
  }

  inspect(id: VmId): Promise<InstanceFacts | undefined> {
    return this.world.act('instance.inspect', id, undefined, () => {
      const stored = this.world.get(id);
      return stored && toFacts(stored);
    });
  }

  inventory(): Promise<Inventory> {
    return this.world.act('instance.inventory', this.poolId, undefined, () => ({
      poolId: this.poolId,
      complete: true,
      instances: [...this.world.instances.values()].map(toFacts),
    }));
  }

  watch(signal: AbortSignal): AsyncIterable<InstanceEvent> {
    return this.world.events.watch(signal);
  }

  /** A start or stop that failed half-way leaves the phase that the process itself has. */
  private settle(id: VmId): void {
    const stored = this.world.get(id);
    if (stored?.phase !== 'starting' && stored?.phase !== 'stopping') return;
    this.world.change(id, (it) => (it.phase = it.pid === undefined ? 'stopped' : 'running'));
  }
}

function toFacts(stored: StoredInstance): InstanceFacts {
  return {
    id: stored.id,
    phase: stored.spec && stored.root ? stored.phase : 'incomplete',
    startedAtMs: stored.startedAtMs,
    pid: stored.pid,
    exitCode: stored.exitCode,
    spec: stored.spec,
  };
}
