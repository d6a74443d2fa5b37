import type { adminapi } from '@nereid/contracts/light';

type Server = adminapi.ServerObject;

const measures: Record<string, (server: Server) => number> = {
  instances: ({ reserved_for }) => reserved_for.instances,
  memory: ({ reserved_for, sellable }) => reserved_for.memory_mib / Math.max(1, sellable.memory_mib),
  cpu: ({ reserved_for, sellable }) => reserved_for.cpu_percent / Math.max(1, sellable.cpu_percent),
  disk: ({ reserved_for, sellable }) => reserved_for.disk_gib / Math.max(1, sellable.disk_gib),
};

/** Sorts by hostname, numbers in it as numbers, or by how full they are. The list is whole in memory, unlike that of instances. */
export function sortServers(servers: readonly Server[], sort = 'hostname.asc'): Server[] {
  const [key = 'hostname', direction] = sort.split('.');
  const measure = measures[key];
  const compare = (a: Server, b: Server): number =>
    (measure ? measure(a) - measure(b) : 0) || a.hostname.localeCompare(b.hostname, 'en', { numeric: true });
  return [...servers].sort((a, b) => (direction === 'desc' ? compare(b, a) : compare(a, b)));
}
