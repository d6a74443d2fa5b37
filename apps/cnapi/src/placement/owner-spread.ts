import type { ServerId } from '@nereid/contracts';

/** How many instances of which owner stand on which server. Only a preference hangs on it, so a lost change does no harm. */
export class OwnerSpread {
  private readonly counts = new Map<string, Map<ServerId, number>>();

  count(owner: string, server: ServerId): number {
    return this.counts.get(owner)?.get(server) ?? 0;
  }

  add(owner: string, server: ServerId, change: number): void {
    const servers = this.counts.get(owner) ?? new Map<ServerId, number>();
    const now = (servers.get(server) ?? 0) + change;
    if (now > 0) servers.set(server, now);
    else servers.delete(server);
    if (servers.size > 0) this.counts.set(owner, servers);
    else this.counts.delete(owner);
  }

  /** Replaces everything, by what the database counts. */
  load(rows: Iterable<{ owner: string; server: ServerId; count: number }>): void {
    this.counts.clear();
    for (const { owner, server, count } of rows) this.add(owner, server, count);
  }
}
