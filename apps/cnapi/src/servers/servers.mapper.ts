import type { NodeFacts, Server, ServerId } from '@nereid/contracts';
import type { Amounts, ServerFacts } from '../placement/picture.types';

/** Columns of `cnapi.server` as every query here selects them. */
export const serverColumns = `id, hostname, driver, state, is_reserved, traits, facts, sellable_cpu_percent, sellable_memory_mib, sellable_disk_gib,
  sellable_instances, reserved_cpu_percent, reserved_memory_mib, reserved_disk_gib, reserved_instances, public_key, revoked_at, last_seen_at,
  version, changed_at, created_at`;

export interface CounterColumns {
  reserved_cpu_percent: number;
  reserved_memory_mib: number;
  reserved_disk_gib: number;
  reserved_instances: number;
}

export interface ServerRow extends CounterColumns {
  id: ServerId;
  hostname: string;
  driver: Server['driver'];
  state: Server['state'];
  is_reserved: boolean;
  traits: Server['traits'];
  facts: NodeFacts | null;
  sellable_cpu_percent: number;
  sellable_memory_mib: number;
  sellable_disk_gib: number;
  sellable_instances: number;
  public_key: string;
  revoked_at: Date | null;
  last_seen_at: Date | null;
  version: number;
  changed_at: Date;
  created_at: Date;
}

/** `lastSeenAt` is the process's own knowledge of beats where it has any; the row's is that of the last change of state. */
export function toServer(row: ServerRow, lastSeenAt?: Date): Server {
  const { facts } = row;
  const seen = lastSeenAt ?? row.last_seen_at;
  return {
    id: row.id,
    hostname: row.hostname,
    driver: row.driver,
    state: row.state,
    reserved: row.is_reserved,
    traits: row.traits,
    ...(facts && { capacity: facts.capacity }),
    sellable: { cpuPercent: row.sellable_cpu_percent, memoryMiB: row.sellable_memory_mib, diskGiB: row.sellable_disk_gib },
    reservedFor: toReserved(row),
    brands: facts?.brands ?? [],
    nicTags: facts?.nicTags ?? [],
    images: facts?.images ?? [],
    capabilities: facts?.capabilities ?? {},
    ...(facts && { agentVersion: facts.agentVersion, platform: facts.platform, bootedAt: facts.bootedAt }),
    ...(facts?.address !== undefined && { address: facts.address }),
    ...(seen && { lastSeenAt: seen.toISOString() }),
    createdAt: row.created_at.toISOString(),
    version: row.version,
  };
}

/** What placement keeps of a server. */
export function toPicture(row: ServerRow): ServerFacts {
  return {
    id: row.id,
    version: row.version,
    state: row.state,
    isReserved: row.is_reserved,
    isRevoked: row.revoked_at !== null,
    brands: row.facts?.brands ?? [],
    nicTags: row.facts?.nicTags ?? [],
    traits: row.traits,
    platform: row.facts?.platform ?? '',
    sellable: {
      cpuPercent: row.sellable_cpu_percent,
      memoryMiB: row.sellable_memory_mib,
      diskGiB: row.sellable_disk_gib,
      instances: row.sellable_instances,
    },
    reserved: toReserved(row),
  };
}

export function toReserved(row: CounterColumns): Amounts {
  return {
    cpuPercent: row.reserved_cpu_percent,
    memoryMiB: row.reserved_memory_mib,
    diskGiB: row.reserved_disk_gib,
    instances: row.reserved_instances,
  };
}
