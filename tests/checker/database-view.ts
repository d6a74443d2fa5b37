import { Client } from 'pg';

/** What the database says, read by the administrator with SQL of the checker's own. Small installations only: it reads whole tables. */
export interface DatabaseView {
  readonly vms: readonly {
    id: string;
    server: string | null;
    ended: string | null;
    job: string | null;
    wanted: string;
    owner: string;
    memoryMiB: number;
    quotaGiB: number;
  }[];
  readonly jobs: readonly { id: string; vm: string; state: string; workflow: string }[];
  readonly addresses: readonly { address: string; network: string; vm: string | null; mac: string | null }[];
  readonly nics: readonly { mac: string; address: string; network: string; vm: string }[];
  readonly nicReservations: readonly { key: string; vm: string | null }[];
  readonly reservations: readonly {
    key: string;
    vm: string;
    server: string;
    memoryMiB: number;
    cpuPercent: number;
    diskGiB: number;
    instances: number;
  }[];
  readonly servers: readonly {
    id: string;
    reservedMemoryMiB: number;
    reservedCpuPercent: number;
    reservedDiskGiB: number;
    reservedInstances: number;
    sellableMemoryMiB: number;
  }[];
  readonly usage: readonly { account: string; instances: number; memoryMiB: number; quotaGiB: number }[];
}

async function rows<Row>(client: Client, sql: string): Promise<Row[]> {
  return (await client.query(sql)).rows as Row[];
}

/** Reads everything in one repeatable-read transaction, so that a job that runs meanwhile does not look like a leak. */
export async function readDatabase(connectionString: string): Promise<DatabaseView> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return {
      vms: await rows(
        client,
        `SELECT id, server, ended, job, power_wanted AS wanted, owner, memory_mib AS "memoryMiB", quota_gib AS "quotaGiB" FROM vmapi.vm`,
      ),
      jobs: await rows(client, 'SELECT id, vm, state, workflow FROM vmapi.job'),
      addresses: await rows(
        client,
        `SELECT host(address) AS address, network_id AS network, vm, mac::text FROM napi.address WHERE state = 'assigned'`,
      ),
      nics: await rows(client, 'SELECT mac::text, host(address) AS address, network_id AS network, vm FROM napi.nic'),
      nicReservations: await rows(client, `SELECT key, vm FROM napi.reservation WHERE state = 'held'`),
      reservations: await rows(
        client,
        `SELECT key, vm, server, memory_mib::int AS "memoryMiB", cpu_percent::int AS "cpuPercent", disk_gib::int AS "diskGiB",
                instances FROM cnapi.reservation WHERE state = 'held'`,
      ),
      servers: await rows(
        client,
        `SELECT id, reserved_memory_mib::int AS "reservedMemoryMiB", reserved_cpu_percent::int AS "reservedCpuPercent",
                reserved_disk_gib::int AS "reservedDiskGiB", reserved_instances::int AS "reservedInstances",
                sellable_memory_mib::int AS "sellableMemoryMiB" FROM cnapi.server`,
      ),
      usage: await rows(
        client,
        `SELECT account, instances, memory_mib::int AS "memoryMiB", quota_gib::int AS "quotaGiB" FROM vmapi.account_usage`,
      ),
    };
  } finally {
    await client.end();
  }
}
