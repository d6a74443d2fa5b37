import { AccountLink, ImageLink, ServerLink } from '../../api/names';
import { ObjectLink } from '../../api/object-link';
import type { Vm } from '../../api/queries';
import type { Column } from '../../table/column';
import { count, cores, gibibytes, mebibytes } from '../../ui/amounts';
import { Flash } from '../../ui/flash';
import { Icon } from '../../ui/icon';
import { StateBadge } from '../../ui/state-badge';
import { Time } from '../../ui/time';
import { Uuid } from '../../ui/uuid';
import { conditionText } from './conditions';

export const vmColumns: readonly Column<Vm>[] = [
  {
    id: 'alias',
    title: 'Name',
    width: [200, '2fr'],
    sortKey: 'alias',
    cell: (vm) => (
      <span className="flex items-center gap-1.5">
        <ObjectLink to="instances" uuid={vm.uuid} className="truncate font-medium">
          {vm.alias}
        </ObjectLink>
        {vm.indestructible_zoneroot && (
          <span title="Protected from deletion" className="text-muted">
            <Icon name="shield" size={13} />
          </span>
        )}
        {vm.conditions.length > 0 && (
          <span
            title={vm.conditions.map(({ kind, what, reason }) => `${conditionText(kind, what)}: ${reason}`).join('\n')}
            className="text-warn"
          >
            <Icon name="warning" size={13} />
          </span>
        )}
      </span>
    ),
  },
  {
    id: 'state',
    title: 'State',
    width: [120],
    cell: (vm) => (
      <Flash key={vm.uuid} value={vm.state}>
        <StateBadge state={vm.state} />
      </Flash>
    ),
  },
  { id: 'ip', title: 'Address', width: [145], cell: (vm) => <Addresses vm={vm} /> },
  { id: 'owner', title: 'Account', width: [110, '1fr'], cell: (vm) => <AccountLink uuid={vm.owner_uuid} /> },
  { id: 'server', title: 'Server', width: [120, '1fr'], cell: (vm) => <ServerLink uuid={vm.server_uuid} /> },
  { id: 'image', title: 'Image', width: [150, '1fr'], cell: (vm) => <ImageLink uuid={vm.image_uuid} /> },
  { id: 'package', title: 'Package', width: [90], cell: (vm) => vm.package_name },
  { id: 'ram', title: 'Memory', width: [92], sortKey: 'ram', isNumber: true, cell: (vm) => mebibytes(vm.ram) },
  { id: 'quota', title: 'Disk', width: [84], isNumber: true, isHiddenAtFirst: true, cell: (vm) => gibibytes(vm.quota) },
  {
    id: 'cpu',
    title: 'CPU cap',
    width: [96],
    isNumber: true,
    isHiddenAtFirst: true,
    cell: (vm) => (vm.cpu_cap === 0 ? 'none' : cores(vm.cpu_cap)),
  },
  { id: 'brand', title: 'Brand', width: [110], isHiddenAtFirst: true, cell: (vm) => vm.brand },
  {
    id: 'tags',
    title: 'Tags',
    width: [140, '1fr'],
    isHiddenAtFirst: true,
    cell: (vm) =>
      Object.entries(vm.tags)
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(', '),
  },
  { id: 'created', title: 'Created', width: [96], sortKey: 'create_timestamp', cell: (vm) => <Time at={vm.create_timestamp} /> },
  {
    id: 'changed',
    title: 'Changed',
    width: [96],
    sortKey: 'last_modified',
    isHiddenAtFirst: true,
    cell: (vm) => <Time at={vm.last_modified} />,
  },
  { id: 'uuid', title: 'Id', width: [130], isHiddenAtFirst: true, cell: (vm) => <Uuid uuid={vm.uuid} /> },
];

function Addresses({ vm }: { vm: Vm }) {
  const [first, ...others] = vm.nics;
  if (!first) return <span className="text-muted">–</span>;
  return (
    <>
      {first.ip}
      {others.length > 0 && (
        <span className="text-muted ml-1.5 text-xs" title={others.map(({ ip }) => ip).join('\n')}>
          +{count(others.length)}
        </span>
      )}
    </>
  );
}
