import type { BenchCloud } from './cloud';
import type { Figure } from './figures';
import { treeProcessorMs } from './processes';

/** Running totals of a cloud at an instant. */
export interface Counters {
  readonly atMs: number;
  /** Transactions of the database, reads included. */
  readonly transactions: number;
  /** Transactions that wrote: those that took a number. */
  readonly commits: number;
  /** Round trips on the bus: calls to services and to nodes, counted by the caller. */
  readonly busCalls: number;
  /** Events, hints and feed batches published. */
  readonly publications: number;
  /** Processor time by program, ms. */
  readonly processorMs: ReadonlyMap<string, number>;
}

/** Reads all counters; itself one transaction and one scrape of each process of services. */
export async function readCounters(cloud: BenchCloud): Promise<Counters> {
  const [row] = await cloud.sql<{ transactions: string; commits: string }>(
    `SELECT xact_commit + xact_rollback AS transactions, pg_snapshot_xmax(pg_current_snapshot())::text AS commits
       FROM pg_stat_database WHERE datname = current_database()`,
  );
  const hops = await readHops(cloud);
  return {
    atMs: performance.now(),
    transactions: Number(row!.transactions),
    commits: Number(row!.commits),
    busCalls: hops.get('caller') ?? 0,
    publications: hops.get('publisher') ?? 0,
    processorMs: new Map(cloud.programs().map(({ name, pid }) => [name, treeProcessorMs(pid)])),
  };
}

/** What one of `count` operations cost between two readings, less what the cloud uses anyway, by an idle stretch before. */
export function costBetween(before: Counters, after: Counters, idle: { before: Counters; after: Counters }, count: number): Figure[] {
  const share = (after.atMs - before.atMs) / (idle.after.atMs - idle.before.atMs);
  const each = (of: (counters: Counters) => number): number =>
    (of(after) - of(before) - (of(idle.after) - of(idle.before)) * share) / count;
  const processor = [...after.processorMs.keys()].map((name): Figure => {
    const value = each((counters) => counters.processorMs.get(name) ?? 0);
    return { name: `processor time of ${name}`, value, unit: 'ms each' };
  });
  const sum = processor.reduce((total, { value }) => total + value, 0);
  return [
    { name: 'writing commits', value: each((c) => c.commits), unit: 'each' },
    { name: 'transactions with reads', value: each((c) => c.transactions), unit: 'each' },
    { name: 'round trips on the bus', value: each((c) => c.busCalls), unit: 'each' },
    { name: 'publications on the bus', value: each((c) => c.publications), unit: 'each' },
    { name: 'processor time of all programs', value: sum, unit: 'ms each' },
    ...processor,
  ];
}

/** Messages by end, from /metrics of every process of services. */
async function readHops(cloud: BenchCloud): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (const { name } of cloud.programs()) {
    const port = await servedHealth(cloud, name);
    if (port === undefined) continue;
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    for (const [, labels, value] of text.matchAll(/^nereid_bus_hop_seconds_count\{([^}]*)\} (\d+)/gm)) {
      const side = /side="(\w+)"/.exec(labels!)?.[1] ?? '';
      sums.set(side, (sums.get(side) ?? 0) + Number(value));
    }
  }
  return sums;
}

/** The port of a process' health and metrics; undefined: it is no process of services. */
async function servedHealth(cloud: BenchCloud, name: string): Promise<number | undefined> {
  const isService = !['postgres', 'nats', 'redis', 'simulated-servers', 'node'].includes(name);
  return isService ? cloud.installation.port(`${name}-health`, true) : undefined;
}
