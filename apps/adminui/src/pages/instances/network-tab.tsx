import { useMutation } from '@tanstack/react-query';
import { operatorRoutes as routes, vmCan } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { NetworkLink } from '../../api/names';
import type { Vm } from '../../api/queries';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy-button';
import { Panel } from '../../ui/panel';
import { PlainTable, type PlainColumn } from '../../ui/plain-table';
import { EmptyState } from '../../ui/states';
import { toast } from '../../ui/toasts';

const columns: readonly PlainColumn<Vm['nics'][number]>[] = [
  { title: 'NIC', cell: (nic) => nic.interface },
  {
    title: 'Address',
    cell: (nic) => (
      <span className="flex items-center gap-1 font-mono">
        {nic.ip}
        <CopyButton text={nic.ip} what="address" />
      </span>
    ),
  },
  { title: 'Network', cell: (nic) => <NetworkLink uuid={nic.network_uuid} /> },
  { title: 'MAC', cell: (nic) => <span className="font-mono text-xs">{nic.mac}</span> },
  { title: 'Netmask', cell: (nic) => <span className="font-mono text-xs">{nic.netmask}</span> },
  { title: 'Gateway', cell: (nic) => <span className="font-mono text-xs">{nic.gateway ?? '–'}</span> },
  { title: 'Tag, VLAN', cell: (nic) => `${nic.nic_tag}, ${nic.vlan_id === 0 ? 'untagged' : nic.vlan_id}` },
  { title: 'MTU', cell: (nic) => nic.mtu, isNumber: true },
  { title: 'Resolvers', cell: (nic) => <span className="font-mono text-xs">{nic.resolvers.join(', ') || '–'}</span> },
  { title: 'Primary', cell: (nic) => (nic.primary ? 'yes' : '') },
];

export function NetworkTab({ vm }: { vm: Vm }) {
  const firewall = useMutation({
    mutationFn: () =>
      call(routes.actOnVm, { params: { uuid: vm.uuid }, body: { action: 'update', firewall_enabled: !vm.firewall_enabled } }),
    onError: (error) => toast('bad', error.message),
  });
  return (
    <Panel
      title="NICs"
      isFlush
      aside={
        <Button
          look="quiet"
          icon="shield"
          isBusy={firewall.isPending}
          reason={vmCan('update', vm.state) ? undefined : `Not while it is ${vm.state}.`}
          onClick={() => firewall.mutate()}
        >
          {vm.firewall_enabled ? 'Firewall is on' : 'Firewall is off'}
        </Button>
      }
    >
      {vm.nics.length === 0 ? (
        <EmptyState icon="networks" title="No NICs">
          It gets them while it is made.
        </EmptyState>
      ) : (
        <PlainTable caption="NICs" columns={columns} rows={vm.nics} keyOf={({ mac }) => mac} />
      )}
    </Panel>
  );
}
