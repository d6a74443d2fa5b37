import type { OwnerPool } from '@nereid/database';
import type { AccountId, PackageId, VmId } from '@nereid/contracts';
import { SystemIds } from '@nereid/ports';

const ids = new SystemIds();

/** Puts rows in place as tests need them, without the service in between. */
export async function aPackageRow(db: OwnerPool, more: Record<string, unknown> = {}): Promise<PackageId> {
  const id = ids.random();
  const row = {
    id,
    name: `p-${id}`,
    package_version: '1.0.0',
    memory_mib: 128,
    swap_mib: 256,
    quota_gib: 1,
    cpu_cap_percent: 100,
    ...more,
  };
  await insert(db, 'vmapi.package', { cpu_shares: 1, max_processes: 100, io_priority: 100, ...row });
  return id as PackageId;
}

export async function aVmRow(
  db: OwnerPool,
  packageId: PackageId,
  more: Record<string, unknown> = {},
): Promise<{ id: VmId; owner: AccountId }> {
  const id = ids.random();
  const row: Record<string, unknown> = {
    ...{ id, owner: ids.random(), alias: `a-${id}`, brand: 'lx', package_id: packageId, package_name: 'p', memory_mib: 128, swap_mib: 256 },
    ...{ quota_gib: 1, cpu_cap_percent: 100, cpu_shares: 1, max_processes: 100, io_priority: 100, image_id: ids.random(), image: '{}' },
    ...{ networks: '[]', generation: 2 },
    ...more,
  };
  await insert(db, 'vmapi.vm', row);
  return row as { id: VmId; owner: AccountId };
}

async function insert(db: OwnerPool, table: string, row: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(row);
  await db.exec(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
    Object.values(row),
  );
}
