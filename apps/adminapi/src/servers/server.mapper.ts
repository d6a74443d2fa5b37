import type { Server, adminapi } from '@nereid/contracts';

type Amounts = Pick<Server['reservedFor'], 'cpuPercent' | 'memoryMiB' | 'diskGiB'>;

/** A server in CNAPI's words. */
export function toServerObject(server: Server): adminapi.ServerObject {
  const { capacity } = server;
  return {
    uuid: server.id,
    hostname: server.hostname,
    status: server.state === 'up' ? 'running' : 'unknown',
    state: server.state,
    driver: server.driver,
    reserved: server.reserved,
    traits: server.traits,
    ram: capacity?.memoryMiB,
    cpus: capacity?.cpus,
    disk_gib: capacity?.diskGiB,
    sellable: toAmounts(server.sellable),
    reserved_for: { ...toAmounts(server.reservedFor), instances: server.reservedFor.instances },
    brands: server.brands,
    nic_tags: server.nicTags,
    images: server.images,
    capabilities: server.capabilities,
    agent_version: server.agentVersion,
    current_platform: server.platform,
    address: server.address,
    last_boot: server.bootedAt,
    last_heartbeat: server.lastSeenAt,
    created: server.createdAt,
    version: server.version,
  };
}

export function toAmounts({ cpuPercent, memoryMiB, diskGiB }: Amounts): adminapi.ServerObject['sellable'] {
  return { cpu_percent: cpuPercent, memory_mib: memoryMiB, disk_gib: diskGiB };
}
