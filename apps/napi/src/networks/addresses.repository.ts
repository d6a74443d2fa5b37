import { Injectable } from '@nestjs/common';
import type { NetworkAddress, NetworkId } from '@nereid/contracts';
import { OwnerPool, type Row } from '@nereid/database';

/** How many networks there are, and which of them have no address left. */
export interface NetworkSummary {
  readonly total: number;
  readonly full: { readonly id: NetworkId; readonly name: string }[];
}

/** Addresses of a network's range, and how many of them are not to be had. */
export interface NetworkUse {
  readonly network: NetworkId;
  readonly total: number;
  readonly used: number;
}

/** Reads of addresses for operators; they are written by nics. */
@Injectable()
export class AddressesRepository {
  constructor(private readonly db: OwnerPool) {}

  /** Those taken or kept back, ascending, after the address given. */
  list(network: NetworkId, limit: number, after: string | undefined): Promise<NetworkAddress[]> {
    return this.db.many(
      `SELECT host(address) AS address, state, is_reserved, mac::text AS mac, vm, owner FROM napi.address
        WHERE network_id = $1 AND (state <> 'free' OR is_reserved) AND ($3::inet IS NULL OR address > $3) ORDER BY address LIMIT $2`,
      [network, limit, after ?? null],
      toAddress,
    );
  }

  /** Rows exist only up to where the allocator has come; what has no row is free. */
  usage(ids: readonly NetworkId[] | undefined): Promise<NetworkUse[]> {
    return this.db.many(
      `SELECT n.id AS network, n.provision_end - n.provision_start + 1 AS total,
              count(a.address) FILTER (WHERE a.state <> 'free' OR a.is_reserved)::int AS used
         FROM napi.network n
         LEFT JOIN napi.address a ON a.network_id = n.id AND a.address BETWEEN n.provision_start AND n.provision_end
        WHERE $1::uuid[] IS NULL OR n.id = ANY ($1) GROUP BY n.id`,
      [ids ?? null],
      (row) => ({ network: row.network, total: Number(row.total), used: row.used }),
    );
  }

  /** How many networks there are, and the first 50 by name of those that have no address left: every one in their range has a row and is taken. */
  async summary(): Promise<NetworkSummary> {
    const [total, full] = await Promise.all([
      this.db.one('SELECT count(*)::int AS total FROM napi.network', [], (row) => row['total'] as number),
      this.db.many(
        `SELECT n.id, n.name FROM napi.network n
           JOIN napi.address a ON a.network_id = n.id AND a.address BETWEEN n.provision_start AND n.provision_end
          WHERE a.state <> 'free' OR a.is_reserved
          GROUP BY n.id HAVING count(*) >= n.provision_end - n.provision_start + 1 ORDER BY n.name LIMIT 50`,
        [],
        (row) => ({ id: row['id'] as NetworkId, name: row['name'] as string }),
      ),
    ]);
    return { total, full };
  }
}

function toAddress(row: Row): NetworkAddress {
  return {
    address: row.address,
    state: row.state,
    isReserved: row.is_reserved,
    ...(row.mac !== null && { mac: row.mac }),
    ...(row.vm !== null && { vm: row.vm }),
    ...(row.owner !== null && { owner: row.owner }),
  };
}
