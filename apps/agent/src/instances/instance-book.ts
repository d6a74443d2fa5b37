import type { Condition, InstanceSeen, InstanceSpec, SeenState, VmId } from '@nereid/contracts';
import type { DegradedLimit, InstanceFacts, InstancePhase, LimitName, ServerDriver } from '@nereid/driver';
import type { Journal } from '../journal/journal';

interface Known {
  spec: InstanceSpec;
  conditions: Condition[];
}

const states: Record<InstancePhase, SeenState> = {
  incomplete: 'failed',
  starting: 'provisioning',
  running: 'running',
  stopping: 'stopping',
  stopped: 'stopped',
  failed: 'failed',
};

/** What the agent knows of the instances on its server: the spec each was last made by, and what is not as it should be. */
export class InstanceBook {
  private readonly known = new Map<VmId, Known>();
  /** Instances that a task works on now; half of one is then no failure. */
  readonly beingMade = new Set<VmId>();

  constructor(
    private readonly driver: ServerDriver,
    private readonly journal: Journal,
  ) {}

  /** At start: what the driver recorded. The limits that do not hold follow from the probe, as the conformance suite demands. */
  async load(instances: readonly InstanceFacts[]): Promise<void> {
    const probe = await this.driver.limits.probe();
    for (const { spec } of instances) {
      if (!spec) continue;
      const wanted = Object.keys({ ...spec.limits, quotaGiB: spec.quotaGiB }) as LimitName[];
      this.keep(
        spec,
        wanted.flatMap((limit) => {
          const can = probe[limit];
          return can.available ? [] : [{ limit, reason: can.reason }];
        }),
      );
    }
  }

  keep(spec: InstanceSpec, degraded: readonly DegradedLimit[]): void {
    this.known.set(spec.id, { spec, conditions: degraded.map(({ limit, reason }) => ({ kind: 'degraded', what: limit, reason })) });
  }

  /** The guest changed its own metadata: the spec as it is since then. */
  replaceSpec(spec: InstanceSpec): void {
    const known = this.known.get(spec.id);
    if (known) known.spec = spec;
  }

  spec(id: VmId): InstanceSpec | undefined {
    return this.known.get(id)?.spec;
  }

  forget(id: VmId): void {
    this.known.delete(id);
  }

  ids(): readonly VmId[] {
    return [...this.known.keys()];
  }

  get count(): number {
    return this.known.size;
  }

  /** What is seen of one instance now; `absent` when nothing of it is here. `atLeast`: a generation that a task is just completing. */
  async seen(id: VmId, atLeast = 0): Promise<InstanceSeen> {
    const facts = await this.driver.instance.inspect(id);
    return facts ? this.describe(facts, atLeast) : { id, state: 'absent', generation: this.generation(id, atLeast), conditions: [] };
  }

  describe(facts: InstanceFacts, atLeast = 0): InstanceSeen {
    const conditions = [...(this.known.get(facts.id)?.conditions ?? [])];
    const making = this.beingMade.has(facts.id);
    if (facts.phase === 'incomplete' && !making) {
      conditions.push({ kind: 'leftover', what: 'instance', reason: 'only parts of it are on the server' });
    }
    return {
      id: facts.id,
      state: making && (facts.phase === 'incomplete' || facts.phase === 'stopped') ? 'provisioning' : states[facts.phase],
      generation: this.generation(facts.id, atLeast),
      ...(facts.startedAtMs !== undefined && { startedAt: new Date(facts.startedAtMs).toISOString() }),
      ...(facts.exitCode !== undefined && { exitCode: facts.exitCode }),
      ...(facts.pid !== undefined && { pid: facts.pid }),
      conditions,
    };
  }

  private generation(id: VmId, atLeast: number): number {
    return Math.max(atLeast, this.journal.appliedGeneration(id));
  }
}
