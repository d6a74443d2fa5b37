import { Inject, Injectable } from '@nestjs/common';
import { type AccountId, type Package, type PackageId, ServiceError } from '@nereid/contracts';
import { OwnerPool, type Row, violates } from '@nereid/database';

/** A package to be written: everything but what the database sets. */
export type NewPackage = Omit<Package, 'createdAt' | 'updatedAt' | 'rowVersion'>;

export interface PackageFilter {
  readonly account?: AccountId | undefined;
  readonly ids?: readonly PackageId[] | undefined;
  readonly name?: string | undefined;
  readonly includeInactive: boolean;
}

/** The only SQL over vmapi.package. Plain `pg`: a few short statements do not pay for starting Prisma's client in this service. */
@Injectable()
export class PackagesRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /** Inserts, or answers undefined when a package of that id is there already. @throws InUse the name has this version already */
  async insert(made: NewPackage): Promise<Package | undefined> {
    try {
      return await this.db.maybe(
        `WITH made AS (
           INSERT INTO vmapi.package (id, name, package_version, active, owners, brand, memory_mib, swap_mib, quota_gib, cpu_cap_percent,
             cpu_shares, vcpus, max_processes, io_priority, networks, family, description, is_default)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
           ON CONFLICT (id) DO NOTHING RETURNING *
         ), told AS (
           INSERT INTO vmapi.outbox (subject, resource_id, version, body) SELECT 'package.changed', id, version, jsonb_build_object('name', name) FROM made
         )
         SELECT * FROM made`,
        [
          made.id, made.name, made.version, made.active, made.owners, made.brand ?? null, made.memoryMiB, made.swapMiB, made.quotaGiB,
          made.cpuCapPercent, made.cpuShares, made.vcpus ?? null, made.maxProcesses, made.ioPriority, made.networks, made.group ?? null,
          made.description ?? null, made.isDefault,
        ], // prettier-ignore
        toPackage,
      );
    } catch (error) {
      if (violates(error, 'package_name_version'))
        throw new ServiceError('InUse', `a package "${made.name}" of version ${made.version} exists already`, { cause: error });
      throw error;
    }
  }

  find(id: PackageId): Promise<Package | undefined> {
    return this.db.maybe('SELECT * FROM vmapi.package WHERE id = $1', [id], toPackage);
  }

  /** All that match, by name and memory; packages are few. */
  list(filter: PackageFilter): Promise<Package[]> {
    return this.db.many(
      `SELECT * FROM vmapi.package
        WHERE ($1::uuid IS NULL OR cardinality(owners) = 0 OR $1 = ANY (owners))
          AND ($2::uuid[] IS NULL OR id = ANY ($2))
          AND ($3::text IS NULL OR name = $3)
          AND (active OR $4)
        ORDER BY family NULLS FIRST, name, memory_mib, id`,
      [filter.account ?? null, filter.ids ?? null, filter.name ?? null, filter.includeInactive],
      toPackage,
    );
  }

  /** How many can be used. */
  count(): Promise<{ active: number }> {
    return this.db.one('SELECT count(*)::int AS active FROM vmapi.package WHERE active', [], (row) => ({
      active: row['active'] as number,
    }));
  }
}

function toPackage(row: Row): Package {
  return {
    id: row.id,
    name: row.name,
    version: row.package_version,
    ...(row.description !== null && { description: row.description }),
    ...(row.family !== null && { group: row.family }),
    active: row.active,
    owners: row.owners,
    ...(row.brand !== null && { brand: row.brand }),
    memoryMiB: row.memory_mib,
    swapMiB: row.swap_mib,
    quotaGiB: row.quota_gib,
    cpuCapPercent: row.cpu_cap_percent,
    cpuShares: row.cpu_shares,
    ...(row.vcpus !== null && { vcpus: row.vcpus }),
    maxProcesses: row.max_processes,
    ioPriority: row.io_priority,
    networks: row.networks,
    isDefault: row.is_default,
    createdAt: (row.created_at as Date).toISOString(),
    updatedAt: (row.updated_at as Date).toISOString(),
    rowVersion: row.version,
  };
}
