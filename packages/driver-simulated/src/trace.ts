import {
  Histogram,
  holds,
  metrics,
  processText,
  type EventFields,
  type FrameCell,
  type InstrumentationSample,
  type InstrumentationSpec,
  type VmId,
} from '@nereid/contracts';
import { available, type Capabilities, type TraceDriver } from '@nereid/driver';
import { eventsOf } from './synthetic-events';
import type { World } from './world';

/** Of a server with very many instances these many act; a simulation must not cost what it simulates. */
const actingInstances = 100;
/** Seconds that a late drain makes up for. */
const mostSeconds = 5;

/** Events that nobody did, the same each time for the same server, instance and second; predicates and histograms are the real ones. */
export class SimulatedTracer implements TraceDriver {
  private specs: readonly InstrumentationSpec[] = [];
  private drainedSecond: number | undefined;

  constructor(
    private readonly world: World,
    private readonly name: string,
  ) {}

  async probe(): Promise<Capabilities<string>> {
    return Object.fromEntries(metrics.map(({ module, stat }) => [`${module}.${stat}`, available]));
  }

  want(specs: readonly InstrumentationSpec[]): void {
    this.specs = specs;
  }

  drain(): readonly InstrumentationSample[] {
    const now = Math.floor(this.world.clock.nowMs() / 1_000);
    const since = Math.max(this.drainedSecond ?? now - 1, now - mostSeconds);
    this.drainedSecond = now;
    const seconds = Array.from({ length: now - since }, (_, n) => since + 1 + n);
    return this.specs.map((spec) => {
      const isKnown = metrics.some(({ module, stat }) => module === spec.module && stat === spec.stat);
      const reason = isKnown ? '' : `this server cannot measure ${spec.module}.${spec.stat}`;
      return {
        id: spec.id,
        state: isKnown ? 'on' : 'refused',
        reason,
        isTruncated: false,
        cells: isKnown ? this.cellsOf(spec, seconds) : [],
      };
    });
  }

  close(): void {
    this.specs = [];
  }

  private cellsOf(spec: InstrumentationSpec, seconds: readonly number[]): FrameCell[] {
    const isOfServer = spec.module === 'disk';
    const subjects: readonly (VmId | undefined)[] = isOfServer ? [undefined] : this.acting(spec.instances);
    return subjects.flatMap((vm) => {
      const byKey = new Map<string, Histogram>();
      for (const second of seconds) {
        for (const event of eventsOf(`${spec.module}.${spec.stat}`, vm ?? this.name, second)) {
          const whole: EventFields = { ...event, ...(vm && { zonename: vm }) };
          if (!holds(spec.predicate, whole)) continue;
          const key =
            spec.by === undefined ? '' : spec.by === 'pid' ? processText(event.pid, event.execname) : String(whole[spec.by] ?? '');
          if (!byKey.has(key)) byKey.set(key, new Histogram());
          byKey.get(key)!.add(event.latency);
        }
      }
      return [...byKey].map(([key, { count, distribution }]) => ({ vm, key, count, ...(spec.distributionOf && { distribution }) }));
    });
  }

  private acting(only: readonly VmId[] | undefined): VmId[] {
    const candidates = only ?? [...this.world.instances.keys()];
    return candidates.filter((id) => this.world.get(id)?.pid !== undefined).slice(0, actingInstances);
  }
}
