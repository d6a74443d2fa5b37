import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { ObjectLink } from '../../api/object-link';
import { networksQuery } from '../../api/queries';
import { router } from '../../router';
import type { Column } from '../../table/column';
import { ListPage } from '../../table/list-page';
import { count } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { Meter } from '../../ui/meter';
import { Uuid } from '../../ui/uuid';
import { CreateNetworkDialog } from './create-network-dialog';

type Network = adminapi.NetworkObject;

const columns: readonly Column<Network>[] = [
  {
    id: 'name',
    title: 'Name',
    width: [180, '1.5fr'],
    cell: ({ uuid, name }) => (
      <ObjectLink to="networks" uuid={uuid} className="font-medium">
        {name}
      </ObjectLink>
    ),
  },
  { id: 'subnet', title: 'Subnet', width: [150], cell: ({ subnet }) => <span className="font-mono text-xs">{subnet}</span> },
  {
    id: 'used',
    title: 'Addresses',
    width: [220, '1fr'],
    cell: ({ name, ip_counts: { used, total } }) => (
      <span className="flex items-center gap-2.5">
        <Meter label={`Addresses of ${name}`} used={used} total={total} />
        <span className="text-xs">
          {count(used)} <span className="text-muted">of {count(total)}</span>
        </span>
      </span>
    ),
  },
  {
    id: 'gateway',
    title: 'Gateway',
    width: [130],
    cell: ({ gateway }) => (gateway ? <span className="font-mono text-xs">{gateway}</span> : <span className="text-muted">none</span>),
  },
  { id: 'tag', title: 'NIC tag', width: [120], cell: ({ nic_tag }) => nic_tag },
  {
    id: 'vlan',
    title: 'VLAN',
    width: [90],
    isNumber: true,
    cell: ({ vlan_id }) => (vlan_id === 0 ? <span className="text-muted">untagged</span> : vlan_id),
  },
  {
    id: 'kind',
    title: 'Kind',
    width: [100],
    cell: ({ fabric, public: isPublic }) => (fabric ? 'fabric' : isPublic ? 'public' : 'internal'),
  },
  {
    id: 'owners',
    title: 'Accounts',
    width: [100],
    cell: ({ owner_uuids }) => (owner_uuids.length === 0 ? 'all' : count(owner_uuids.length)),
  },
  { id: 'uuid', title: 'Id', width: [130], cell: ({ uuid }) => <Uuid uuid={uuid} /> },
];

export function NetworksPage(): ReactNode {
  const list = useQuery(networksQuery);
  const [isCreating, setCreating] = useState(false);
  return (
    <ListPage
      title="Networks"
      one="network"
      icon="networks"
      actions={
        <Button icon="plus" onClick={() => setCreating(true)}>
          Create network
        </Button>
      }
      list={list}
      hint="An instance needs at least one."
      columns={columns}
      rows={list.data ?? none}
      nameOf={nameOf}
      onOpen={({ uuid }) => void router.navigate({ to: '/networks/$uuid', params: { uuid } })}
    >
      {isCreating && <CreateNetworkDialog onClose={() => setCreating(false)} />}
    </ListPage>
  );
}

const none: readonly Network[] = [];
const nameOf = ({ name }: Network): string => name;
