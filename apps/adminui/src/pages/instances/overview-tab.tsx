import type { adminapi } from '@nereid/contracts/light';
import { AccountLink, ImageLink, ServerLink } from '../../api/names';
import { cores, count, gibibytes, mebibytes } from '../../ui/amounts';
import { CopyButton } from '../../ui/copy-button';
import { Panel, Properties } from '../../ui/panel';
import { StateBadge } from '../../ui/state-badge';
import { Time } from '../../ui/time';
import { Uuid } from '../../ui/uuid';
import { InstanceFigures } from './instance-figures';

export function OverviewTab({ vm }: { vm: adminapi.VmObject }) {
  return (
    <div className="grid items-start gap-4 xl:grid-cols-3">
      {vm.state !== 'destroyed' && vm.state !== 'failed' && (
        <div className="xl:col-span-3">
          <InstanceFigures vm={vm} />
        </div>
      )}
      <Panel title="Instance">
        <Properties
          rows={[
            ['State', <StateBadge key="state" state={vm.state} />],
            ['Brand', vm.brand],
            ['Image', <ImageLink key="image" uuid={vm.image_uuid} />],
            ['Account', <AccountLink key="owner" uuid={vm.owner_uuid} />],
            ['Server', <ServerLink key="server" uuid={vm.server_uuid} />],
            ['Created', <Time key="created" at={vm.create_timestamp} />],
            ['Changed', <Time key="changed" at={vm.last_modified} />],
            ...(vm.destroyed ? ([['Destroyed', <Time key="destroyed" at={vm.destroyed} />]] as const) : []),
            ['Id', <Uuid key="id" uuid={vm.uuid} />],
          ]}
        />
      </Panel>
      <Panel title="Size">
        <Properties
          rows={[
            ['Package', vm.package_name],
            ['Memory', mebibytes(vm.max_physical_memory)],
            ['Memory and swap', mebibytes(vm.max_swap)],
            ['Disk', gibibytes(vm.quota)],
            ['CPU cap', vm.cpu_cap === 0 ? 'none' : cores(vm.cpu_cap)],
            ['CPU shares', count(vm.cpu_shares)],
            ['I/O priority', count(vm.zfs_io_priority)],
            ['Processes', `at most ${count(vm.max_lwps)}`],
          ]}
        />
      </Panel>
      <div className="flex flex-col gap-4">
        <Panel title="Addresses">
          {vm.nics.length === 0 ? (
            <p className="text-muted">None yet.</p>
          ) : (
            <ul className="flex flex-col gap-1">
              {vm.nics.map(({ ip, mac, primary, nic_tag }) => (
                <li key={mac} className="flex items-center gap-2">
                  <span className="font-mono">{ip}</span>
                  <CopyButton text={ip} what="address" />
                  <span className="text-muted ml-auto text-xs">
                    {nic_tag}
                    {primary && ', primary'}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Panel>
        <Panel title="Protection">
          <Properties
            rows={[
              ['Firewall', vm.firewall_enabled ? 'on' : 'off'],
              ['Deletion', vm.indestructible_zoneroot ? 'refused' : 'possible'],
              ...(vm.locality
                ? ([
                    ['Near', count(vm.locality.near.length)],
                    ['Far from', count(vm.locality.far.length)],
                  ] as const)
                : []),
            ]}
          />
        </Panel>
      </div>
    </div>
  );
}
