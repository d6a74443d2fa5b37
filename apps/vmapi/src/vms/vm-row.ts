import {
  type AccountId,
  type Brand,
  type Condition,
  type ImageRef,
  type ImageId,
  type JobId,
  type Locality,
  type NicSpec,
  type NicWant,
  type PackageId,
  type SeenState,
  type ServerId,
  type TagValue,
  type Vm,
  type VmId,
  type WantedPower,
  vmStateShown,
} from '@nereid/contracts';

/** A row of vmapi.vm as `pg` hands it out, with the columns of {@link vmColumns}. */
export interface VmRow {
  id: VmId;
  owner: AccountId;
  alias: string;
  brand: Brand;
  package_id: PackageId;
  package_name: string;
  memory_mib: number;
  swap_mib: number;
  quota_gib: number;
  cpu_cap_percent: number;
  cpu_shares: number;
  vcpus: number | null;
  max_processes: number;
  io_priority: number;
  image_id: ImageId;
  image: ImageRef;
  networks: NicWant[];
  nic_tags: string[];
  server_wanted: ServerId | null;
  customer_metadata: Record<string, string>;
  internal_metadata: Record<string, string>;
  tags: Record<string, TagValue>;
  locality: Locality | null;
  firewall_enabled: boolean;
  deletion_protection: boolean;
  power_wanted: WantedPower;
  generation: number;
  job: JobId | null;
  job_workflow: string | null;
  server: ServerId | null;
  nics: NicSpec[];
  pool_id: string | null;
  ended: 'destroyed' | 'failed' | null;
  ended_at: Date | null;
  failure: { code: string; message: string } | null;
  seen_state: SeenState | null;
  seen_facts: { conditions?: Condition[] } | null;
  deviations: number;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const names = [
  ...['id', 'owner', 'alias', 'brand', 'package_id', 'package_name', 'memory_mib', 'swap_mib', 'quota_gib', 'cpu_cap_percent'],
  ...['cpu_shares', 'vcpus', 'max_processes', 'io_priority', 'image_id', 'image', 'networks', 'nic_tags', 'server_wanted'],
  ...['customer_metadata', 'internal_metadata', 'tags', 'locality', 'firewall_enabled', 'deletion_protection', 'power_wanted'],
  ...['generation', 'job', 'job_workflow', 'server', 'nics', 'pool_id', 'ended', 'ended_at', 'failure', 'seen_state', 'seen_facts'],
  ...['deviations', 'version', 'created_at', 'updated_at'],
];

/** The columns of {@link VmRow}, of the table or alias given. */
export function vmColumns(table: string): string {
  return names.map((name) => `${table}.${name}`).join(', ');
}

/** The row as vmapi shows it. `serverIsDown` tells of silent servers, which the row knows nothing about. */
export function toVm(row: VmRow, serverIsDown: (server: ServerId) => boolean): Vm {
  return {
    id: row.id,
    owner: row.owner,
    alias: row.alias,
    brand: row.brand,
    state: vmStateShown({
      wanted: row.power_wanted,
      seen: row.seen_state ?? undefined,
      job: row.job_workflow ?? undefined,
      failed: row.ended === 'failed',
      destroyed: row.ended === 'destroyed',
      serverDown: row.server !== null && serverIsDown(row.server),
    }),
    image: row.image_id,
    package: row.package_id,
    packageName: row.package_name,
    memoryMiB: row.memory_mib,
    swapMiB: row.swap_mib,
    quotaGiB: row.quota_gib,
    cpuCapPercent: row.cpu_cap_percent,
    cpuShares: row.cpu_shares,
    maxProcesses: row.max_processes,
    ioPriority: row.io_priority,
    ...(row.server && { server: row.server }),
    nics: row.nics,
    metadata: row.customer_metadata,
    tags: row.tags,
    ...(row.locality && { locality: row.locality }),
    firewallEnabled: row.firewall_enabled,
    deletionProtection: row.deletion_protection,
    conditions: row.seen_facts?.conditions ?? [],
    ...(row.failure && { failure: row.failure }),
    ...(row.job && { job: row.job }),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    ...(row.ended === 'destroyed' && row.ended_at && { destroyedAt: row.ended_at.toISOString() }),
    version: row.version,
    generation: row.generation,
  };
}

/**
 * The state shown, as SQL over a row of vmapi.vm: {@link vmStateShown} once more, because lists filter and count by it. A database test
 * compares both for every combination. `down` is the parameter that holds the silent servers, as uuid[].
 */
export function stateShownSql(table: string, down: string): string {
  return `CASE
    WHEN ${table}.ended = 'destroyed' THEN 'destroyed'
    WHEN ${table}.ended = 'failed' THEN CASE WHEN ${table}.job_workflow = 'vm.destroy' THEN 'stopping' ELSE 'failed' END
    WHEN ${table}.job_workflow = 'vm.provision' THEN 'provisioning'
    WHEN ${table}.server = ANY(${down}::uuid[]) THEN 'offline'
    WHEN ${table}.job_workflow = 'vm.destroy' THEN 'stopping'
    WHEN ${table}.job_workflow = 'vm.stop' THEN CASE WHEN ${table}.seen_state = 'stopped' THEN 'stopped' ELSE 'stopping' END
    WHEN ${table}.seen_state IS NULL THEN 'provisioning'
    WHEN ${table}.seen_state IN ('provisioning', 'running', 'stopping', 'stopped', 'failed') THEN ${table}.seen_state
    ELSE 'unknown' END`;
}
