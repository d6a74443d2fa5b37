import {
  Histogram,
  otherKey,
  processKey,
  windowSeconds,
  type FieldName,
  type FrameCell,
  type ServerId,
  type ValueCell,
  type ValueColumn,
} from '@nereid/contracts';

/** Keys that are told apart in one second; of more the rest is one. */
const mostKeys = 256;

interface Column {
  second: number;
  readonly servers: Set<ServerId>;
  readonly counts: Map<string, number>;
  readonly histograms: Map<string, Histogram>;
}

/** The last ten minutes of one instrumentation, summed over all servers, told apart by one field. */
export class ValueWindow {
  private readonly columns = new Map<number, Column>();

  constructor(
    private readonly by: FieldName | undefined,
    private readonly hasDistribution: boolean,
  ) {}

  /** Takes in what one server measured in one second. */
  add(second: number, server: ServerId, cells: readonly FrameCell[]): void {
    const column = this.columnOf(second);
    column.servers.add(server);
    for (const cell of cells) {
      const wanted = this.keyOf(server, cell);
      const key = column.counts.has(wanted) || column.counts.size < mostKeys ? wanted : otherKey;
      column.counts.set(key, (column.counts.get(key) ?? 0) + cell.count);
      if (!this.hasDistribution || !cell.distribution) continue;
      if (!column.histograms.has(key)) column.histograms.set(key, new Histogram());
      column.histograms.get(key)!.merge(cell.distribution);
    }
  }

  /** Seconds from `start`, the oldest first; one of which nothing was heard has no servers and no cells. */
  read(start: number, seconds: number): ValueColumn[] {
    return Array.from({ length: seconds }, (_, n) => {
      const column = this.columns.get(start + n);
      if (!column) return { second: start + n, reporting: 0, cells: [] };
      const cells = [...column.counts].map(([key, count]): ValueCell => {
        const distribution = column.histograms.get(key)?.distribution.map(([bucket, times]): [number, number] => [bucket, times]);
        return { key, count, ...(this.hasDistribution && { distribution: distribution ?? [] }) };
      });
      return { second: column.second, reporting: column.servers.size, cells: cells.sort((a, b) => b.count - a.count) };
    });
  }

  private columnOf(second: number): Column {
    let column = this.columns.get(second);
    if (!column) {
      column = { second, servers: new Set(), counts: new Map(), histograms: new Map() };
      this.columns.set(second, column);
      for (const old of this.columns.keys()) if (old <= second - windowSeconds) this.columns.delete(old);
    }
    return column;
  }

  private keyOf(server: ServerId, { vm, key }: FrameCell): string {
    if (this.by === 'hostname') return server;
    if (this.by === 'pid') return processKey(vm ?? '', key);
    return this.by === 'zonename' ? (vm ?? '') : key;
  }
}
