import {
  type InstanceSpec,
  type Mac,
  type NetworkId,
  type NicSpec,
  ServiceError,
  type ServerId,
  type StepKey,
  type TaskOutcome,
  type VmId,
} from '@nereid/contracts';
import { NodeTask, type NodeTaskRequest, type NodeTaskSender } from '@nereid/workflow';
import type { VmPorts } from './vm-ports';

/** Reservations by key, with tombstones, as cnapi and napi keep them. */
class Reservations {
  readonly held = new Map<StepKey, VmId>();
  private readonly released = new Set<StepKey>();

  reserve(key: StepKey, vm: VmId): void {
    if (this.released.has(key)) throw new ServiceError('Fenced', 'released already');
    this.held.set(key, vm);
  }

  release(key: StepKey): void {
    this.released.add(key);
    this.held.delete(key);
  }

  releaseVm(vm: VmId): void {
    for (const [key, holder] of this.held) if (holder === vm) this.held.delete(key);
  }
}

/** A cloud in memory, for the tests of workflows: one server, its instances, and what is reserved for them. */
export class World {
  static readonly server = '11111111-1111-4111-8111-111111111111' as ServerId;
  readonly capacity = new Reservations();
  readonly addresses = new Reservations();
  readonly instances = new Map<VmId, 'running' | 'stopped'>();
  /** The server that the row names, as the end of a provisioning would have written it. */
  placedAt: ServerId | undefined;
  /** Anything that was let go while an instance was on a node. */
  readonly faults: string[] = [];
  private readonly seen = new Map<VmId, [number, number]>();

  readonly ports: VmPorts = {
    placement: {
      reserve: async (vm, key) => {
        this.capacity.reserve(key, vm);
        return { server: World.server };
      },
      release: async (key) => this.letGo(this.capacity, key),
      releaseVm: async (vm) => this.letGoOf(this.capacity, vm),
      ...{ reserveMore: notHere, settle: notHere, unsettle: notHere },
    },
    nics: {
      reserve: async (vm, key) => {
        this.addresses.reserve(key, vm);
        return { nics: [aNic] };
      },
      release: async (key) => this.letGo(this.addresses, key),
      releaseVm: async (vm) => this.letGoOf(this.addresses, vm),
    },
    isWantedGone: async () => false,
    tasks: {
      resize: notHere,
      ensure: async (vm, server) => new NodeTask(server, 'instance.ensure', { instance: { id: vm } as InstanceSpec, start: true }),
      start: async (vm) => new NodeTask(World.server, 'instance.start', { instance: { id: vm } as InstanceSpec }),
      stop: async (vm) => new NodeTask(World.server, 'instance.stop', { id: vm, timeoutMs: 0 }),
      reboot: async (vm) => new NodeTask(World.server, 'instance.reboot', { instance: { id: vm } as InstanceSpec, timeoutMs: 0 }),
      update: async (vm) => new NodeTask(World.server, 'instance.update', { instance: { id: vm } as InstanceSpec }),
      remove: async (vm) => this.placedAt && new NodeTask(this.placedAt, 'instance.remove', { id: vm }),
    },
  };

  /** A node as it should be: does what it is asked, refuses what is older than it has seen. */
  readonly nodes: NodeTaskSender = { send: async (_server, request) => this.act(request) };

  /** What an undone or destroyed instance must not leave. */
  leftovers(): string[] {
    return [
      ...[...this.instances.keys()].map((vm) => `instance ${vm}`),
      ...[...this.capacity.held.keys()].map((key) => `capacity ${key}`),
      ...[...this.addresses.held.keys()].map((key) => `address ${key}`),
      ...this.faults,
    ];
  }

  private act({ kind, spec, generation, epoch }: NodeTaskRequest): TaskOutcome {
    const some = spec as { id?: VmId; instance?: { id: VmId } };
    const id = (some.instance?.id ?? some.id)!;
    const [seenGeneration, seenEpoch] = this.seen.get(id) ?? [0, 0];
    if (generation < seenGeneration || (generation === seenGeneration && epoch < seenEpoch))
      return { state: 'failed', retryable: false, error: { code: 'Fenced', message: 'older than seen' } };
    this.seen.set(id, [generation, epoch]);
    if (kind === 'instance.remove') {
      this.instances.delete(id);
      return { state: 'done', result: { id, absent: true, poolId: 'pool' } };
    }
    if (kind !== 'instance.ensure' && !this.instances.has(id))
      return { state: 'failed', retryable: false, error: { code: 'ResourceNotFound', message: 'no such instance' } };
    if (kind !== 'instance.update') this.instances.set(id, kind === 'instance.stop' ? 'stopped' : 'running');
    return { state: 'done', result: { seen: { id, state: this.instances.get(id), generation, conditions: [] } } };
  }

  private letGo(from: Reservations, key: StepKey): void {
    const vm = from.held.get(key);
    if (vm !== undefined) this.mustBeAbsent(vm, key);
    from.release(key);
  }

  private letGoOf(from: Reservations, vm: VmId): void {
    this.mustBeAbsent(vm, vm);
    from.releaseVm(vm);
  }

  /** Addresses and room are given back only when the node has proved the instance absent. */
  private mustBeAbsent(vm: VmId, what: string): void {
    if (this.instances.has(vm)) this.faults.push(`${what} let go while its instance was there`);
  }
}

/** Resizes have a world of their own. */
async function notHere(): Promise<never> {
  throw new Error('nothing is resized in this world');
}

const aNic: NicSpec = {
  ...{
    slot: 0,
    mac: '90:b8:d0:00:00:01' as Mac,
    network: '22222222-2222-4222-8222-222222222222' as NetworkId,
    nicTag: 'external',
    vlanId: 0,
  },
  ...{ ip: '10.0.0.2', prefixLength: 24, resolvers: [], primary: true, mtu: 1500, allowMacSpoofing: false, allowIpSpoofing: false },
};
