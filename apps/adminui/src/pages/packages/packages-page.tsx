import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { packagesQuery } from '../../api/queries';
import type { Column } from '../../table/column';
import { ListPage } from '../../table/list-page';
import { cores, count, mebibytes } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { Uuid } from '../../ui/uuid';
import { CreatePackageDialog } from './create-package-dialog';

type Package = adminapi.PackageObject;

const columns: readonly Column<Package>[] = [
  {
    id: 'name',
    title: 'Name',
    width: [140, '1.4fr'],
    cell: ({ name, active, default: isDefault }) => (
      <>
        <span className="font-medium">{name}</span>
        {isDefault && <span className="text-muted ml-2 text-xs">default</span>}
        {!active && <span className="text-muted ml-2 text-xs">retired</span>}
      </>
    ),
  },
  { id: 'version', title: 'Version', width: [72], cell: ({ version }) => version },
  { id: 'memory', title: 'Memory', width: [84], isNumber: true, cell: ({ max_physical_memory }) => mebibytes(max_physical_memory) },
  { id: 'swap', title: 'With swap', width: [88], isNumber: true, cell: ({ max_swap }) => mebibytes(max_swap) },
  { id: 'disk', title: 'Disk', width: [80], isNumber: true, cell: ({ quota }) => mebibytes(quota) },
  { id: 'cap', title: 'CPU cap', width: [88], isNumber: true, cell: ({ cpu_cap }) => (cpu_cap === 0 ? 'none' : cores(cpu_cap)) },
  { id: 'shares', title: 'Shares', width: [72], isNumber: true, cell: ({ fss }) => count(fss) },
  { id: 'vcpus', title: 'VCPUs', width: [68], isNumber: true, cell: ({ vcpus }) => vcpus ?? '–' },
  { id: 'lwps', title: 'Processes', width: [88], isNumber: true, cell: ({ max_lwps }) => count(max_lwps) },
  { id: 'io', title: 'I/O', width: [60], isNumber: true, cell: ({ zfs_io_priority }) => count(zfs_io_priority) },
  { id: 'brand', title: 'Brand', width: [88], cell: ({ brand }) => brand ?? <span className="text-muted">any</span> },
  {
    id: 'owners',
    title: 'Accounts',
    width: [84],
    cell: ({ owner_uuids }) => (owner_uuids.length === 0 ? 'all' : count(owner_uuids.length)),
  },
  { id: 'group', title: 'Group', width: [70, '1fr'], cell: ({ group }) => group ?? '' },
  { id: 'uuid', title: 'Id', width: [124], cell: ({ uuid }) => <Uuid uuid={uuid} /> },
];

export function PackagesPage(): ReactNode {
  const list = useQuery(packagesQuery);
  // Of the package that the dialog begins with; null: of none.
  const [model, setModel] = useState<Package | null>();
  return (
    <ListPage
      title="Packages"
      one="package"
      icon="packages"
      actions={
        <Button icon="plus" onClick={() => setModel(null)}>
          Create package
        </Button>
      }
      list={list}
      hint="A package says how much an instance gets."
      columns={columns}
      rows={list.data ?? none}
      nameOf={nameOf}
      isFaded={isRetired}
      onOpen={setModel}
    >
      {model !== undefined && <CreatePackageDialog model={model} onClose={() => setModel(undefined)} />}
    </ListPage>
  );
}

const none: readonly Package[] = [];
const nameOf = ({ name }: Package): string => name;
const isRetired = ({ active }: Package): boolean => !active;
