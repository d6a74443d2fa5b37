import { type InstanceSpec, ServiceError, type StepKey, type TaskOutcome, type VmId } from '@nereid/contracts';
import { NodeTask, type NodeTaskRequest, type NodeTaskSender } from '@nereid/workflow';
import type { Sizes } from '../sizes';
import { World } from './a-world.fake';
import type { VmPorts } from './vm-ports';

interface Held {
  memoryMiB: number;
  replacedBy?: StepKey;
}

/**
 * One instance on one server, and what is reserved for it there, by the rules of cnapi: for the tests of resizes. Whatever happens, the
 * reservations must cover what the node enforces, and never be more than the server has.
 */
export class ResizingWorld {
  static readonly base = 'r/pick-server' as StepKey;
  readonly held = new Map<StepKey, Held>();
  readonly released = new Map<StepKey, Held | undefined>();
  /** Memory that the node lets the instance have. */
  enforcedMiB: number;
  /** Memory of the server that nothing is reserved of. */
  freeMiB: number;
  isWantedGone = false;
  /** The node answers nothing and does nothing. */
  isNodeDead = false;
  readonly faults: string[] = [];
  /** Sizes that the node was asked to enforce, in order. */
  readonly enforced: number[] = [];
  private seen: [number, number] = [0, 0];

  constructor(
    /** What the row says. */
    readonly rowMiB: number,
    spareMiB: number,
  ) {
    this.enforcedMiB = rowMiB;
    this.freeMiB = spareMiB;
    this.held.set(ResizingWorld.base, { memoryMiB: rowMiB });
  }

  get reservedMiB(): number {
    return [...this.held.values()].reduce((sum, one) => sum + one.memoryMiB, 0);
  }

  readonly ports: VmPorts = {
    ...new World().ports,
    isWantedGone: async () => this.isWantedGone,
    placement: {
      ...new World().ports.placement,
      reserveMore: async (_vm, key, to) => {
        if (this.isKnown(key)) return { server: World.server };
        const more = Math.max(0, to.memoryMiB - this.reservedMiB);
        if (more > this.freeMiB) throw new ServiceError('InsufficientCapacity', 'its server has no room');
        this.hold(key, more);
        this.check(`${key} was held`);
        return { server: World.server };
      },
      release: async (key) => {
        this.release(key);
        this.check(`${key} was released`);
      },
      settle: async (_vm, key, to) => {
        if (this.isKnown(key)) return { settled: true };
        for (const [old, held] of this.held) this.release(old, { ...held, replacedBy: key });
        this.hold(key, to.memoryMiB);
        this.check(`${key} was settled`);
        return { settled: true };
      },
      unsettle: async (key) => {
        const settled = this.held.get(key);
        this.release(key);
        if (!settled) return;
        for (const [old, was] of this.released) if (was?.replacedBy === key) this.hold(old, was.memoryMiB);
        this.check(`${key} was unsettled`);
      },
    },
    tasks: {
      ...new World().ports.tasks,
      resize: async (vm, to) => this.task(vm, to.memoryMiB),
      update: async (vm) => this.task(vm, this.rowMiB),
    },
  };

  /** Refuses what is older than it has seen, as nodes do. */
  readonly nodes: NodeTaskSender = {
    send: async (_server, request) => {
      if (this.isNodeDead) throw new ServiceError('Timeout', 'nobody answers');
      return this.act(request);
    },
  };

  private act({ spec, generation, epoch }: NodeTaskRequest): TaskOutcome {
    if (generation < this.seen[0] || (generation === this.seen[0] && epoch < this.seen[1]))
      return { state: 'failed', retryable: false, error: { code: 'Fenced', message: 'older than seen' } };
    this.seen = [generation, epoch];
    const { instance } = spec as { instance: InstanceSpec };
    this.enforcedMiB = instance.limits.memoryMiB;
    this.enforced.push(this.enforcedMiB);
    this.check('the node enforced');
    return { state: 'done', result: { seen: { id: instance.id, state: 'running', generation, conditions: [] } } };
  }

  private task(vm: VmId, memoryMiB: number): NodeTask<'instance.update'> {
    return new NodeTask(World.server, 'instance.update', { instance: { id: vm, limits: { memoryMiB } } as InstanceSpec });
  }

  private isKnown(key: StepKey): boolean {
    if (this.released.has(key)) throw new ServiceError('Fenced', 'released already');
    return this.held.has(key);
  }

  private hold(key: StepKey, memoryMiB: number): void {
    this.released.delete(key);
    this.held.set(key, { memoryMiB });
    this.freeMiB -= memoryMiB;
  }

  private release(key: StepKey, as?: Held): void {
    const was = this.held.get(key);
    if (!was) {
      if (!this.released.has(key)) this.released.set(key, undefined);
      return;
    }
    this.held.delete(key);
    this.released.set(key, as ?? was);
    this.freeMiB += was.memoryMiB;
  }

  private check(when: string): void {
    if (this.reservedMiB < this.enforcedMiB && this.reservedMiB > 0)
      this.faults.push(`when ${when}: ${this.reservedMiB} MiB reserved and ${this.enforcedMiB} enforced`);
    if (this.freeMiB < 0) this.faults.push(`when ${when}: ${-this.freeMiB} MiB more reserved than there is`);
  }
}

/** Sizes of which only the memory matters here. */
export function sizesWith(memoryMiB: number): Sizes {
  const rest = { swapMiB: memoryMiB, quotaGiB: 1, cpuCapPercent: 100, cpuShares: 1, maxProcesses: 100, ioPriority: 100 };
  return { package: '44444444-4444-4444-8444-444444444444' as Sizes['package'], packageName: 'p', memoryMiB, ...rest };
}
