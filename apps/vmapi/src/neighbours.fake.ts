import { type Bus, connectBus } from '@nereid/bus';
import {
  explainPlacement, getImage, type ImageId, instancesSeen, listNetworks, listServers, type Mac, type NetworkId, type NicSpec, releaseCapacity,
  releaseNics, releaseVmCapacity, releaseVmNics, reserveCapacity, reserveMoreCapacity, reserveNics, ServiceError, settleCapacity, unsettleCapacity, type ServerId, snapshotWanted, taskFinished,
  type TaskOutcome, taskRun, type VmId,
} from '@nereid/contracts'; // prettier-ignore

export const image = '0d5c7a3e-52b1-4c0d-8a55-6f0e9b1c2d3a' as ImageId;
export const network = 'b6c6a3d0-0000-4000-8000-000000000001' as NetworkId;
export const server = '5a1f0c2e-7b6d-4e8f-9a10-b2c3d4e5f607' as ServerId;

/** cnapi, napi, imgapi and one node, each no more than its contract, on a real bus: what vmapi is tested among. */
export class Neighbours {
  readonly capacity = new Map<string, VmId>();
  readonly addresses = new Map<string, VmId>();
  readonly instances = new Map<VmId, { state: 'running' | 'stopped'; generation: number; alias: string; memoryMiB: number }>();
  /** Kinds of the tasks that the node was asked for, in order; each task once, however often it came. */
  readonly asked: string[] = [];
  /** Set: tasks of this kind are accepted and end only when the test says so. */
  hold: string | undefined;
  /** Set: tasks of this kind fail. */
  fail: string | undefined;
  /** Set: its server has no room for anything to grow. */
  isFull = false;
  private readonly known = new Set<string>();
  private readonly tombstones = new Set<string>();
  private readonly held: { taskId: string; end: () => TaskOutcome }[] = [];
  /** How often its agent has started. */
  boot = 1;
  private seq = 0;

  private constructor(
    private readonly services: Bus,
    private readonly node: Bus,
  ) {}

  static async start(natsUrl: string): Promise<Neighbours> {
    const servers = [natsUrl];
    const made = new Neighbours(await connectBus({ name: 'neighbours', servers }), await connectBus({ name: 'node', server, servers }));
    made.serve();
    await Promise.all([made.services.flush(), made.node.flush()]);
    return made;
  }

  async stop(): Promise<void> {
    await Promise.all([this.services.close(), this.node.close()]);
  }

  /** Lets the tasks that were held go on; they are reported, as a node does when it takes its time. */
  async release(): Promise<void> {
    this.hold = undefined;
    for (const { taskId, end } of this.held.splice(0))
      await this.node.report(taskFinished, server, { taskId: taskId as never, outcome: end() });
  }

  get holding(): number {
    return this.held.length;
  }

  /** Says all that the node sees. */
  async report(): Promise<void> {
    const instances = [...this.instances].map(([id, { state, generation }]) => ({ id, state, generation, conditions: [] }));
    await this.node.report(instancesSeen, server, { boot: this.boot, seq: ++this.seq, complete: true, poolId: 'pool-1', instances });
  }

  private serve(): void {
    const { services, node } = this;
    services.serve(getImage, ({ id }) => {
      if (id !== image) throw new ServiceError('ResourceNotFound', 'no such image');
      const made = { id, owner: server as never, name: 'base', version: '1.0', os: 'linux', type: 'lx-dataset', public: true } as const;
      return { ...made, state: 'active' as const, createdAt: '2026-01-01T00:00:00Z', rowVersion: 1 };
    });
    services.serve(listNetworks, ({ ids }) => ({ networks: ids?.includes(network) ? [aNetwork] : [] }));
    services.serve(listServers, () => ({ items: [] }));
    services.serve(explainPlacement, () => ({ considered: 1, steps: [], best: [], chosen: server, conflicts: 0 }));
    services.serve(reserveCapacity, ({ key, vm }) => {
      this.reserve(this.capacity, key, vm);
      return { server };
    });
    services.serve(releaseCapacity, ({ key }) => ({ released: this.release1(this.capacity, key) }));
    services.serve(reserveMoreCapacity, ({ key, vm }) => {
      if (this.isFull) throw new ServiceError('InsufficientCapacity', 'The server of the instance has no room for the new size.');
      this.reserve(this.capacity, key, vm);
      return { server };
    });
    services.serve(settleCapacity, ({ key, vm }) => {
      if (!this.capacity.has(key)) this.releaseOf(this.capacity, vm);
      this.reserve(this.capacity, key, vm);
      return { settled: true as const };
    });
    services.serve(unsettleCapacity, ({ key }) => ({ restored: this.release1(this.capacity, key) }));
    services.serve(releaseVmCapacity, ({ vm }) => ({ released: this.releaseOf(this.capacity, vm) > 0 }));
    services.serve(reserveNics, ({ key, vm, nics }) => {
      this.reserve(this.addresses, key, vm);
      return { nics: nics.map((_, slot) => aNic(slot)) };
    });
    services.serve(releaseNics, ({ key }) => ({ released: this.release1(this.addresses, key) ? 1 : 0 }));
    services.serve(releaseVmNics, ({ vm }) => ({ released: this.releaseOf(this.addresses, vm) }));
    node.serveNode(snapshotWanted, server, async () => {
      await this.report();
      return { seq: this.seq };
    });
    node.serveNode(taskRun, server, ({ taskId, kind, spec, generation }) => {
      if (!this.known.has(taskId)) this.asked.push(kind);
      this.known.add(taskId);
      const end = (): TaskOutcome => this.act(kind, spec as never, generation);
      if (this.hold !== kind) return end();
      if (!this.held.some((one) => one.taskId === taskId)) this.held.push({ taskId, end });
      return { state: 'accepted' as const };
    });
  }

  private act(
    kind: string,
    spec: { id?: VmId; instance?: { id: VmId; alias: string; limits: { memoryMiB: number } } },
    generation: number,
  ): TaskOutcome {
    const id = (spec.instance?.id ?? spec.id)!;
    if (this.fail === kind) return { state: 'failed', retryable: false, error: { code: 'InternalError', message: 'made to fail' } };
    if (kind === 'instance.remove') {
      this.instances.delete(id);
      return { state: 'done', result: { id, absent: true, poolId: 'pool-1' } };
    }
    const before = this.instances.get(id);
    const state = kind === 'instance.stop' ? 'stopped' : kind === 'instance.update' ? (before?.state ?? 'stopped') : 'running';
    const memoryMiB = spec.instance?.limits.memoryMiB ?? before?.memoryMiB ?? 0;
    this.instances.set(id, { state, generation, memoryMiB, alias: spec.instance?.alias ?? before?.alias ?? '' });
    return { state: 'done', result: { seen: { id, state, generation, conditions: [] } } };
  }

  private reserve(from: Map<string, VmId>, key: string, vm: VmId): void {
    if (this.tombstones.has(key)) throw new ServiceError('Fenced', 'released already');
    from.set(key, vm);
  }

  private release1(from: Map<string, VmId>, key: string): boolean {
    this.tombstones.add(key);
    return from.delete(key);
  }

  private releaseOf(from: Map<string, VmId>, vm: VmId): number {
    const keys = [...from].filter(([, holder]) => holder === vm).map(([key]) => key);
    keys.forEach((key) => from.delete(key));
    return keys.length;
  }
}

const aNetwork = {
  ...{
    id: network,
    name: 'external',
    nicTag: 'external',
    vlanId: 0,
    subnet: '10.0.0.0/24',
    provisionStart: '10.0.0.2',
    provisionEnd: '10.0.0.200',
  },
  ...{
    resolvers: ['8.8.8.8'],
    routes: {},
    mtu: 1500,
    owners: [],
    fabric: false,
    public: true,
    createdAt: '2026-01-01T00:00:00Z',
    version: 1,
  },
};

function aNic(slot: number): NicSpec {
  return {
    ...{ slot, mac: `90:b8:d0:00:00:0${slot}` as Mac, network, nicTag: 'external', vlanId: 0, ip: `10.0.0.${slot + 2}`, prefixLength: 24 },
    ...{ resolvers: ['8.8.8.8'], primary: slot === 0, mtu: 1500, allowMacSpoofing: false, allowIpSpoofing: false },
  };
}
