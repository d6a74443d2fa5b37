import type { adminapi } from '@nereid/contracts/light';
import { ObjectLink } from '../../api/object-link';
import type { Column } from '../../table/column';
import { cores, count, gibibytes, mebibytes } from '../../ui/amounts';
import { Flash } from '../../ui/flash';
import { Meter } from '../../ui/meter';
import { StateBadge } from '../../ui/state-badge';
import { Time } from '../../ui/time';

type Server = adminapi.ServerObject;

export const serverColumns: readonly Column<Server>[] = [
  {
    id: 'hostname',
    title: 'Hostname',
    width: [190, '1.4fr'],
    sortKey: 'hostname',
    cell: (server) => (
      <ObjectLink to="servers" uuid={server.uuid} className="font-medium">
        {server.hostname}
      </ObjectLink>
    ),
  },
  {
    id: 'state',
    title: 'State',
    width: [150],
    cell: ({ uuid, state, reserved }) => (
      <span className="flex items-center gap-2">
        <Flash key={uuid} value={state}>
          <StateBadge state={state} />
        </Flash>
        {reserved && <span className="text-warn text-xs">reserved</span>}
      </span>
    ),
  },
  {
    id: 'instances',
    title: 'Instances',
    width: [90],
    sortKey: 'instances',
    isNumber: true,
    cell: ({ reserved_for }) => count(reserved_for.instances),
  },
  {
    id: 'memory',
    title: 'Memory promised',
    width: [200, '1fr'],
    sortKey: 'memory',
    cell: ({ hostname, reserved_for, sellable }) => (
      <Share label={`Memory of ${hostname}`} used={reserved_for.memory_mib} total={sellable.memory_mib} write={mebibytes} />
    ),
  },
  {
    id: 'cpu',
    title: 'CPU promised',
    width: [210, '1fr'],
    sortKey: 'cpu',
    cell: ({ hostname, reserved_for, sellable }) => (
      <Share label={`CPU of ${hostname}`} used={reserved_for.cpu_percent} total={sellable.cpu_percent} write={cores} />
    ),
  },
  {
    id: 'disk',
    title: 'Disk promised',
    width: [170, '0.8fr'],
    sortKey: 'disk',
    cell: ({ hostname, reserved_for, sellable }) => (
      <Share label={`Disk of ${hostname}`} used={reserved_for.disk_gib} total={sellable.disk_gib} write={gibibytes} />
    ),
  },
  { id: 'driver', title: 'System', width: [96], cell: ({ driver }) => driver },
  {
    id: 'heartbeat',
    title: 'Heard of',
    width: [100],
    cell: ({ state, last_heartbeat }) => <Heartbeat state={state} at={last_heartbeat} />,
  },
];

/** While a server is up it is heard of every two seconds; when that was is written only when it falls silent. */
export function Heartbeat({ state, at }: { state: Server['state']; at: string | undefined }) {
  return state === 'up' ? <>now</> : <Time at={at} />;
}

function Share({ label, used, total, write }: { label: string; used: number; total: number; write: (n: number) => string }) {
  return (
    <span className="grid grid-cols-[2.5rem_minmax(0,1fr)] items-center gap-2.5">
      <Meter label={label} used={used} total={total} />
      <span className="truncate text-xs">
        {write(used)} <span className="text-muted">of {write(total)}</span>
      </span>
    </span>
  );
}
