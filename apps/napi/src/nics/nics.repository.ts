import { Injectable } from '@nestjs/common';
import { ServiceError, type AccountId, type NetworkId, type Nic, type NicSpec, type StepKey, type VmId } from '@nereid/contracts';
import { OwnerPool, violates } from '@nereid/database';

import { nicColumns, toNic, toNicSpec, type NicRow } from './nics.mapper';
import { layOutSql, releaseSql, releaseVmSql, reserveSql } from './nics.sql.repository';

/** One NIC as the statement wants it. */
export interface NicRequest {
  readonly slot: number;
  readonly network: NetworkId;
  readonly address: string | undefined;
  readonly mac: string;
  readonly is_primary: boolean;
}

/** What came of trying: the NICs, or what stood in the way. Nothing is held unless the NICs are answered. */
export type Tried = { nics: NicSpec[] } | { refused: 'known-key' | 'mac-taken' | 'too-few' | 'instance-has-nics' };

/** Addresses and NICs. All are written by single statements: a crash leaves a reservation whole or not there. */
@Injectable()
export class NicsRepository {
  constructor(private readonly db: OwnerPool) {}

  /** Takes addresses, makes NICs and notes the key, in one statement. */
  async tryReserve(key: StepKey, vm: VmId, owner: AccountId, wants: readonly NicRequest[]): Promise<Tried> {
    try {
      const rows = await this.db.many<NicRow>(reserveSql, [key, vm, owner, JSON.stringify(wants)]);
      return { nics: rows.map(toNicSpec) };
    } catch (error) {
      if (violates(error, 'reservation_pkey')) return { refused: 'known-key' };
      if (violates(error, 'nic_pkey')) return { refused: 'mac-taken' };
      // Before the key's own uniqueness is seen, the check of a repeat may fail: the caller asks for the key first in either case.
      if (violates(error, 'reservation_is_whole')) return { refused: 'too-few' };
      if (violates(error, 'nic_slot') || violates(error, 'nic_one_primary')) return { refused: 'instance-has-nics' };
      throw error;
    }
  }

  /** What is known of a key: the NICs it holds, `released`, or undefined. */
  async findReservation(key: StepKey): Promise<{ state: 'held'; nics: NicSpec[] } | { state: 'released' } | undefined> {
    const row = await this.db.maybe<{ state: 'held' | 'released' }>('SELECT state FROM napi.reservation WHERE key = $1', [key]);
    if (!row) return undefined;
    if (row.state === 'released') return { state: 'released' };
    const nics = await this.db.many<NicRow>(
      `SELECT ${nicColumns} FROM napi.nic c JOIN napi.network n ON n.id = c.network_id WHERE c.reservation_key = $1 ORDER BY c.slot`,
      [key],
    );
    return { state: 'held', nics: nics.map(toNicSpec) };
  }

  /** Free addresses that a network has now, laid out or not yet. */
  async countFree(network: NetworkId): Promise<{ name: string; free: number; toLayOut: number } | undefined> {
    return this.db.maybe(
      `SELECT n.name, (SELECT count(*) FROM (SELECT FROM napi.address a WHERE a.network_id = n.id AND a.state = 'free' LIMIT 64) f)::int AS free,
              (n.provision_end - COALESCE(n.laid_out_to, n.provision_start - 1))::int AS "toLayOut"
         FROM napi.network n WHERE n.id = $1`,
      [network],
    );
  }

  /** Writes rows for the next addresses of a network's range. Of several at once, one writes; the others wait for it. Safe to repeat. */
  async layOut(network: NetworkId, count: number): Promise<void> {
    await this.db.exec(layOutSql, [network, count]);
  }

  /** Which of these addresses are taken or kept. */
  async findTaken(network: NetworkId, addresses: readonly string[]): Promise<string | undefined> {
    const row = await this.db.maybe<{ ip: string }>(
      `SELECT host(address) AS ip FROM napi.address WHERE network_id = $1 AND address = ANY ($2::inet[]) AND state IN ('assigned', 'other') LIMIT 1`,
      [network, addresses],
    );
    return row?.ip;
  }

  /** Frees what the key holds and leaves a tombstone. Answers how many NICs went. */
  async release(key: StepKey): Promise<number> {
    const first = await this.db.one<{ gone: number; missed: boolean }>(releaseSql, [key]);
    if (!first.missed) return first.gone;
    // A reserve of the same key committed while this statement waited for its row: its NICs are newer than what the statement could see.
    return first.gone + (await this.db.one<{ gone: number }>(releaseSql, [key])).gone;
  }

  /** Frees every NIC of an instance and leaves tombstones for its keys. Answers how many NICs went. */
  async releaseVm(vm: VmId): Promise<number> {
    return (await this.db.one<{ gone: number }>(releaseVmSql, [vm])).gone;
  }

  async list(vms: readonly VmId[] | undefined, network: NetworkId | undefined): Promise<Nic[]> {
    if (!vms && !network) throw new ServiceError('MissingParameter', 'name instances or a network');
    const rows = await this.db.many<NicRow>(
      vms
        ? `SELECT ${nicColumns} FROM napi.nic c JOIN napi.network n ON n.id = c.network_id
            WHERE c.vm = ANY ($1::uuid[]) AND ($2::uuid IS NULL OR c.network_id = $2) ORDER BY c.vm, c.slot`
        : `SELECT ${nicColumns} FROM napi.nic c JOIN napi.network n ON n.id = c.network_id
            WHERE $1::uuid[] IS NULL AND c.network_id = $2 ORDER BY c.vm, c.slot LIMIT 10000`,
      [vms ?? null, network ?? null],
    );
    return rows.map(toNic);
  }

  /** Forgets tombstones older than a day's number; a reserve later than that has no caller left. */
  async forgetTombstones(olderThanDays: number): Promise<number> {
    return this.db.exec(`DELETE FROM napi.reservation WHERE state = 'released' AND released_at < now() - make_interval(days => $1)`, [
      olderThanDays,
    ]);
  }
}
