import { Injectable } from '@nestjs/common';
import type { AccountId, PlacementExplanation, ServerId, StepKey, VmId } from '@nereid/contracts';
import { OwnerPool, violates } from '@nereid/database';
import type { Amounts } from '../placement/picture.types';
import { toReserved, type CounterColumns } from '../servers/servers.mapper';
import { commitSql, releaseSql, releaseVmSql } from './capacity.sql.repository';

export interface Reservation {
  readonly key: StepKey;
  readonly vm: VmId;
  readonly owner: AccountId;
  readonly server: ServerId;
  readonly amounts: Readonly<Amounts>;
  readonly strictlyFar: readonly VmId[];
  /** Named by the caller: an operator's reservation of the server does not count. */
  readonly isNamed: boolean;
  readonly explanation: PlacementExplanation;
}

/** What is reserved on a server, as of a version of its row. */
export interface Counters {
  readonly server: ServerId;
  readonly version: number;
  readonly reserved: Amounts;
}

export type Committed = { counters: Counters } | { refused: 'no-room' | 'known-key' | 'separated' };

export interface CounterRow extends CounterColumns {
  id: ServerId;
  version: number;
}

/** Reservations, and the counters of servers that they are the sum of. */
@Injectable()
export class CapacityRepository {
  constructor(private readonly db: OwnerPool) {}

  /** Reserves on one server if it is up and has the room now, in one statement with reservation, separation and feed. */
  async commit(want: Reservation): Promise<Committed> {
    try {
      const row = await this.db.maybe<CounterRow>(commitSql, [
        want.key,
        want.vm,
        want.owner,
        want.server,
        want.amounts.cpuPercent,
        want.amounts.memoryMiB,
        want.amounts.diskGiB,
        want.strictlyFar,
        want.isNamed,
        JSON.stringify(want.explanation),
      ]);
      return row ? { counters: toCounters(row) } : { refused: 'no-room' };
    } catch (error) {
      if (violates(error, 'reservation_pkey')) return { refused: 'known-key' };
      if (violates(error, 'separation_holds')) return { refused: 'separated' };
      throw error;
    }
  }

  find(key: StepKey): Promise<{ state: 'held' | 'released'; server: ServerId } | undefined> {
    return this.db.maybe('SELECT state, server FROM cnapi.reservation WHERE key = $1', [key]);
  }

  /** Gives back what a key holds and leaves a tombstone. Answers whether it held something, and the counters that changed. */
  async release(key: StepKey): Promise<{ released: boolean; gone: Gone[] }> {
    const gone = await this.db.many<CounterRow & { owner: AccountId; n: number }>(releaseSql, [key]);
    return { released: gone.length > 0, gone: gone.map(toGone) };
  }

  /** The same for all keys of an instance. */
  async releaseVm(vm: VmId): Promise<{ released: boolean; gone: Gone[] }> {
    const gone = await this.db.many<CounterRow & { owner: AccountId; n: number }>(releaseVmSql, [vm]);
    return { released: gone.length > 0, gone: gone.map(toGone) };
  }

  /** Where an owner's instances stand, as far as they are reserved somewhere. */
  locate(vms: readonly VmId[], owner: AccountId): Promise<{ vm: VmId; server: ServerId }[]> {
    return this.db.many(`SELECT vm, server FROM cnapi.reservation WHERE vm = ANY ($1::uuid[]) AND owner = $2 AND state = 'held'`, [
      vms,
      owner,
    ]);
  }

  /** Servers on which an instance must not stand, because another that stands there was asked to be far from it. */
  async keptAwayFrom(vm: VmId): Promise<ServerId[]> {
    const rows = await this.db.many<{ server: ServerId }>('SELECT server FROM cnapi.separation WHERE vm = $1 AND kept_away > 0', [vm]);
    return rows.map((row) => row.server);
  }

  /** The newest explanation kept for an instance. */
  async explanation(vm: VmId): Promise<PlacementExplanation | undefined> {
    const row = await this.db.maybe<{ explanation: PlacementExplanation }>(
      'SELECT explanation FROM cnapi.reservation WHERE vm = $1 AND explanation IS NOT NULL ORDER BY created_at DESC LIMIT 1',
      [vm],
    );
    return row?.explanation;
  }

  countByOwner(): Promise<{ owner: AccountId; server: ServerId; count: number }[]> {
    return this.db.many(
      `SELECT owner, server, count(DISTINCT vm)::int AS count FROM cnapi.reservation WHERE state = 'held' GROUP BY owner, server`,
    );
  }

  /** Removes what no longer says anything: separations that are zero, tombstones that nobody can meet any more. */
  async tidy(tombstoneDays: number): Promise<void> {
    await this.db.exec('DELETE FROM cnapi.separation WHERE here = 0 AND kept_away = 0');
    await this.db.exec(`DELETE FROM cnapi.reservation WHERE state = 'released' AND released_at < now() - make_interval(days => $1)`, [
      tombstoneDays,
    ]);
  }
}

export interface Gone extends Counters {
  readonly owner: AccountId;
  /** How many instances fewer stand there. */
  readonly instances: number;
}

export function toCounters(row: CounterRow): Counters {
  return { server: row.id, version: row.version, reserved: toReserved(row) };
}

function toGone(row: CounterRow & { owner: AccountId; n: number }): Gone {
  return { ...toCounters(row), owner: row.owner, instances: row.n };
}
