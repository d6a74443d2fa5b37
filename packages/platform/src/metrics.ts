import type { Hop } from '@nereid/bus';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The figures of the process in Prometheus' form, shown at `/metrics`. */
export class Metrics {
  readonly registry = new Registry();
  private readonly hops: Histogram<'app' | 'subject' | 'side' | 'outcome'>;
  private readonly commits: Counter<'owner'>;
  private readonly pools = new Map<string, () => { total: number; idle: number; waiting: number }>();

  constructor() {
    // Event-loop lag, heap, descriptors, garbage collection.
    collectDefaultMetrics({ register: this.registry });
    this.hops = new Histogram({
      name: 'nereid_bus_hop_seconds',
      help: 'Messages by subject, end and outcome; the count of side="caller" is the number of bus round trips',
      labelNames: ['app', 'subject', 'side', 'outcome'],
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.03, 0.1, 0.5, 2, 10],
      registers: [this.registry],
    });
    this.commits = new Counter({
      name: 'nereid_outbox_commits_total',
      help: 'Commits of this process that wrote to the outbox or the audit',
      labelNames: ['owner'],
      registers: [this.registry],
    });
    const pools = this.pools;
    new Gauge({
      name: 'nereid_pool_connections',
      help: 'Database connections by state; waiting counts requests for one',
      labelNames: ['owner', 'state'],
      registers: [this.registry],
      collect() {
        for (const [owner, read] of pools) {
          const { total, idle, waiting } = read();
          this.set({ owner, state: 'busy' }, total - idle);
          this.set({ owner, state: 'idle' }, idle);
          this.set({ owner, state: 'waiting' }, waiting);
        }
      },
    });
  }

  countHop(app: string, hop: Hop): void {
    this.hops.observe({ app, subject: hop.subject, side: hop.side, outcome: hop.outcome }, hop.ms / 1_000);
  }

  countCommit(owner: string): void {
    this.commits.inc({ owner });
  }

  watchPool(owner: string, read: () => { total: number; idle: number; waiting: number }): void {
    this.pools.set(owner, read);
  }

  /** A counter of an app's own; the same name answers the same counter. */
  counter<Label extends string>(name: `nereid_${string}`, help: string, labelNames: readonly Label[] = []): Counter<Label> {
    const there = this.registry.getSingleMetric(name) as Counter<Label> | undefined;
    return there ?? new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** A gauge of an app's own, set at each look by `collect`. */
  gauge<Label extends string>(
    name: `nereid_${string}`,
    help: string,
    labelNames: readonly Label[],
    collect: (gauge: Gauge<Label>) => void,
  ): Gauge<Label> {
    return new Gauge<Label>({ name, help, labelNames, registers: [this.registry], collect() { collect(this); } }); // prettier-ignore
  }
}
