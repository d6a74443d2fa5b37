import { Injectable } from '@nestjs/common';
import type { Caller, NodeFacts, Server, ServerId, ServerState, summariseServers } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import type { z } from 'zod';
import type { Amounts } from '../placement/picture.types';
import { serverColumns, type ServerRow } from './servers.mapper';

/** A change of state, made only if the server is still in the state it was seen in. */
export interface Transition {
  readonly id: ServerId;
  readonly from: ServerState;
  readonly to: ServerState;
  readonly lastSeenAt: Date | undefined;
}

export type ServerSummary = z.output<typeof summariseServers.reply>;

/** Rows of servers, but for what is reserved on them. Every change tells the feed. */
@Injectable()
export class ServersRepository {
  constructor(private readonly db: OwnerPool) {}

  find(id: ServerId): Promise<ServerRow | undefined> {
    return this.db.maybe<ServerRow>(`SELECT ${serverColumns} FROM cnapi.server WHERE id = $1`, [id]);
  }

  /** Servers by hostname and id, after the pair given. */
  list(want: {
    limit: number;
    after: readonly [hostname: string, id: string] | undefined;
    state: ServerState | undefined;
    driver: Server['driver'] | undefined;
  }): Promise<ServerRow[]> {
    return this.db.many<ServerRow>(
      `SELECT ${serverColumns} FROM cnapi.server
        WHERE ($2::text IS NULL OR (hostname, id) > ($2, $3::uuid)) AND ($4::text IS NULL OR state = $4) AND ($5::text IS NULL OR driver = $5)
        ORDER BY hostname, id LIMIT $1`,
      [want.limit, want.after?.[0] ?? null, want.after?.[1] ?? null, want.state ?? null, want.driver ?? null],
    );
  }

  /** Counts and sums of all servers, and the names of up to 50 that are nearly full. */
  async summarise(): Promise<ServerSummary> {
    const states = await this.db.many<Record<string, number> & { state: ServerState }>(
      `SELECT state, count(*)::int AS servers,
              sum(sellable_cpu_percent)::bigint AS s_cpu, sum(sellable_memory_mib)::bigint AS s_memory, sum(sellable_disk_gib)::bigint AS s_disk,
              sum(reserved_cpu_percent)::bigint AS r_cpu, sum(reserved_memory_mib)::bigint AS r_memory, sum(reserved_disk_gib)::bigint AS r_disk
         FROM cnapi.server WHERE revoked_at IS NULL GROUP BY state`,
    );
    const full = await this.db.many<{ id: ServerId; hostname: string }>(
      `SELECT id, hostname FROM cnapi.server
        WHERE state = 'up' AND revoked_at IS NULL AND sellable_memory_mib > 0 AND reserved_memory_mib >= sellable_memory_mib * 0.95
        ORDER BY hostname, id LIMIT 50`,
    );
    const up = states.find(({ state }) => state === 'up');
    const amounts = (of: 's' | 'r'): ServerSummary['sellable'] => {
      return { cpuPercent: up?.[`${of}_cpu`] ?? 0, memoryMiB: up?.[`${of}_memory`] ?? 0, diskGiB: up?.[`${of}_disk`] ?? 0 };
    };
    const counts = Object.fromEntries(states.map(({ state, servers }) => [state, servers]));
    return { counts, sellable: amounts('s'), reserved: amounts('r'), full };
  }

  /**
   * Rows changed since a moment of the database's clock, and that clock now. A transaction may commit later than the `changed_at` it
   * wrote: the caller asks with an overlap longer than a transaction may last.
   */
  async changedSince(since: Date | undefined): Promise<{ now: Date; rows: ServerRow[] }> {
    const rows = await this.db.many<ServerRow & { now: Date }>(
      `SELECT ${serverColumns}, clock_timestamp() AS now FROM cnapi.server WHERE $1::timestamptz IS NULL OR changed_at >= $1`,
      [since ?? null],
    );
    const now = rows[0]?.now ?? (await this.db.one<{ now: Date }>('SELECT clock_timestamp() AS now')).now;
    return { now, rows };
  }

  /**
   * Takes over what a node says of itself. Nothing is written when nothing changed. When a server has less than is reserved on it
   * already (memory taken out), its `sellable` stays at what is reserved: nothing more is sold, and `capacity` shows what is missing.
   */
  putFacts(id: ServerId, facts: NodeFacts, sold: Readonly<Amounts>): Promise<ServerRow | undefined> {
    return this.db.maybe<ServerRow>(
      `WITH changed AS (
         UPDATE cnapi.server SET facts = $2, hostname = $3, state = 'up', last_seen_at = now(), version = version + 1, changed_at = now(),
                sellable_cpu_percent = GREATEST($4::bigint, reserved_cpu_percent), sellable_memory_mib = GREATEST($5::bigint, reserved_memory_mib),
                sellable_disk_gib = GREATEST($6::bigint, reserved_disk_gib), sellable_instances = GREATEST($7::bigint, reserved_instances)
          WHERE id = $1 AND revoked_at IS NULL
            AND (facts IS DISTINCT FROM $2::jsonb OR state <> 'up' OR sellable_cpu_percent <> GREATEST($4::bigint, reserved_cpu_percent)
              OR sellable_memory_mib <> GREATEST($5::bigint, reserved_memory_mib) OR sellable_disk_gib <> GREATEST($6::bigint, reserved_disk_gib)
              OR sellable_instances <> GREATEST($7::bigint, reserved_instances))
         RETURNING *
       ), told AS (${tellChange})
       SELECT ${serverColumns} FROM changed`,
      [id, JSON.stringify(facts), facts.hostname, sold.cpuPercent, sold.memoryMiB, sold.diskGiB, sold.instances],
    );
  }

  /** Writes changes of state, of many servers at once; answers the rows of those that were still in the state named. */
  transition(changes: readonly Transition[]): Promise<ServerRow[]> {
    return this.db.many<ServerRow>(
      `WITH change AS (
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS c(id, was, becomes, seen) ORDER BY id
       ), changed AS (
         UPDATE cnapi.server s SET state = c.becomes, last_seen_at = COALESCE(c.seen, s.last_seen_at), version = version + 1, changed_at = now()
           FROM change c WHERE s.id = c.id AND s.state = c.was RETURNING s.*
       ), told AS (${tellChange})
       SELECT ${serverColumns} FROM changed`,
      [changes.map((c) => c.id), changes.map((c) => c.from), changes.map((c) => c.to), changes.map((c) => c.lastSeenAt ?? null)],
    );
  }

  /** Changes what an operator decides; undefined when the server is absent or has another version than `ifVersion`. */
  update(
    id: ServerId,
    change: { reserved: boolean | undefined; traits: Server['traits'] | undefined; ifVersion: number | undefined },
    caller: Caller,
  ): Promise<ServerRow | undefined> {
    return this.db.maybe<ServerRow>(
      `WITH changed AS (
         UPDATE cnapi.server SET is_reserved = COALESCE($2, is_reserved), traits = COALESCE($3::jsonb, traits), version = version + 1, changed_at = now()
          WHERE id = $1 AND ($5::bigint IS NULL OR version = $5) RETURNING *
       ), told AS (${tellChange}
       ), noted AS (
         INSERT INTO cnapi.audit (caller, action, resource, resource_id, outcome, detail)
         SELECT $4, 'server.update', 'server', id::text, 'succeeded', jsonb_strip_nulls(jsonb_build_object('reserved', $2::boolean, 'traits', $3::jsonb))
           FROM changed
       )
       SELECT ${serverColumns} FROM changed`,
      [
        id,
        change.reserved ?? null,
        change.traits === undefined ? null : JSON.stringify(change.traits),
        JSON.stringify(caller),
        change.ifVersion ?? null,
      ],
    );
  }
}

/** Part of a statement: tells the feed of the rows in `changed`. Followers read the row. */
export const tellChange = `
  INSERT INTO cnapi.outbox (subject, resource_id, version, body)
  SELECT 'server.changed', id::text, version, jsonb_build_object('id', id, 'state', state) FROM changed`;
