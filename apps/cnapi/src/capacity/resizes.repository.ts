import { Injectable } from '@nestjs/common';
import type { CapacityAmounts, ServerId, StepKey, VmId } from '@nereid/contracts';
import { OwnerPool, violates } from '@nereid/database';
import { toCounters, type CounterRow, type Counters } from './capacity.repository';
import { reserveMoreSql, settleSql, unsettleSql } from './resizes.sql.repository';

/** An instance on its server, and what it is to have there in all. */
export interface Resize {
  readonly key: StepKey;
  readonly vm: VmId;
  readonly server: ServerId;
  readonly to: CapacityAmounts;
}

/** What an instance holds on its server, and what the server has left. */
export interface Standing {
  readonly held: CapacityAmounts;
  readonly free: CapacityAmounts;
}

/** Reservations of instances that change their size where they stand. Each write is one statement with the server's counters and the feed. */
@Injectable()
export class ResizesRepository {
  constructor(private readonly db: OwnerPool) {}

  /** Holds what `to` is more than what is held. Undefined: the key is known, or there is not the room, or nothing is held there. */
  reserveMore(want: Resize): Promise<Counters | undefined> {
    return this.write(reserveMoreSql, want);
  }

  /** Holds `to` under the key in place of everything. Undefined: the key is known, or nothing is held there. */
  settle(want: Resize): Promise<Counters | undefined> {
    return this.write(settleSql, want);
  }

  /** Brings back what a settling took the place of. @returns undefined when there was nothing to bring back, 'no-room' when it is gone */
  async unsettle(key: StepKey): Promise<Counters | undefined | 'no-room'> {
    try {
      const row = await this.db.maybe<CounterRow>(unsettleSql, [key]);
      return row && toCounters(row);
    } catch (error) {
      if (violates(error, 'server_never_oversold')) return 'no-room';
      throw error;
    }
  }

  /** Undefined: the instance holds nothing there. */
  standing(vm: VmId, server: ServerId): Promise<Standing | undefined> {
    return this.db.maybe(
      `SELECT s.sellable_cpu_percent - s.reserved_cpu_percent AS free_cpu, s.sellable_memory_mib - s.reserved_memory_mib AS free_memory,
              s.sellable_disk_gib - s.reserved_disk_gib AS free_disk, h.cpu, h.memory, h.disk
         FROM cnapi.server s,
              (SELECT sum(cpu_percent)::bigint AS cpu, sum(memory_mib)::bigint AS memory, sum(disk_gib)::bigint AS disk
                 FROM cnapi.reservation WHERE vm = $1 AND server = $2 AND state = 'held' HAVING count(*) > 0) h
        WHERE s.id = $2`,
      [vm, server],
      (row) => ({
        held: { cpuPercent: row.cpu, memoryMiB: row.memory, diskGiB: row.disk },
        free: { cpuPercent: row.free_cpu, memoryMiB: row.free_memory, diskGiB: row.free_disk },
      }),
    );
  }

  private async write(sql: string, { key, vm, server, to }: Resize): Promise<Counters | undefined> {
    try {
      const row = await this.db.maybe<CounterRow>(sql, [key, vm, server, to.cpuPercent, to.memoryMiB, to.diskGiB]);
      return row && toCounters(row);
    } catch (error) {
      if (violates(error, 'reservation_pkey')) return undefined;
      throw error;
    }
  }
}
