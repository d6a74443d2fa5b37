import {
  instrumentationsWanted,
  settle,
  type InstrumentationId,
  type InstrumentationSample,
  type InstrumentationSpec,
  type ServerId,
} from '@nereid/contracts';
import type { TraceDriver } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import type { NodeBus } from '../node-bus';

/** Told nothing for so long, the server measures nothing more: whoever asked may be gone for good, and tracing costs. */
const leaseMs = 120_000;

/** Takes what is wanted from analytics to the driver, and what was measured back into the frames. */
export class Instrumenter {
  revision = 0;
  /** Wanted, but by their predicate nothing of it can happen on this server. */
  private elsewhere: readonly InstrumentationId[] = [];
  private toldAtMs = -Infinity;

  constructor(
    private readonly server: ServerId,
    private readonly trace: TraceDriver,
    private readonly bus: NodeBus,
    private readonly clock: Clock,
  ) {}

  start(): void {
    this.bus.serve(instrumentationsWanted, ({ revision, instrumentations }) => {
      this.toldAtMs = this.clock.monotonicMs();
      if (revision !== this.revision) this.take(instrumentations);
      this.revision = revision;
      return { taken: true as const };
    });
  }

  /** What was measured since the last call. */
  samples(): readonly InstrumentationSample[] {
    if (this.revision !== 0 && this.clock.monotonicMs() - this.toldAtMs > leaseMs) {
      this.take([]);
      this.revision = 0;
    }
    if (this.revision === 0) return [];
    const nothing = this.elsewhere.map((id) => ({ id, state: 'on' as const, reason: '', isTruncated: false, cells: [] }));
    return [...this.trace.drain(), ...nothing];
  }

  /** Which server this is settles every comparison with `hostname`, so that drivers need not know. */
  private take(wanted: readonly InstrumentationSpec[]): void {
    const here: InstrumentationSpec[] = [];
    const elsewhere: InstrumentationId[] = [];
    for (const spec of wanted) {
      const predicate = settle(spec.predicate, { hostname: this.server });
      if (predicate === false) elsewhere.push(spec.id);
      else here.push({ ...spec, predicate: predicate === true ? {} : predicate });
    }
    this.elsewhere = elsewhere;
    this.trace.want(here);
  }
}
