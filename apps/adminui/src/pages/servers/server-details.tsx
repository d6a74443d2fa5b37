import type { adminapi } from '@nereid/contracts/light';
import { count, gibibytes, mebibytes } from '../../ui/amounts';
import { Panel, Properties } from '../../ui/panel';
import { Time } from '../../ui/time';

export function ServerDetails({ server }: { server: adminapi.ServerObject }) {
  const traits = Object.entries(server.traits).map(([name, value]) => (value === true ? name : `${name}=${String(value)}`));
  return (
    <Panel title="Server">
      <Properties
        rows={[
          ['Address', server.address],
          ['Memory', server.ram === undefined ? undefined : mebibytes(server.ram)],
          ['CPUs', server.cpus === undefined ? undefined : count(server.cpus)],
          ['Disk', server.disk_gib === undefined ? undefined : gibibytes(server.disk_gib)],
          ['Platform', server.current_platform],
          ['Agent', server.agent_version],
          ['NIC tags', server.nic_tags.join(', ') || undefined],
          ['Images', count(server.images.length)],
          ['Traits', traits.join(', ') || undefined],
          ['Booted', <Time key="boot" at={server.last_boot} />],
          ['Enrolled', <Time key="created" at={server.created} />],
        ]}
      />
    </Panel>
  );
}
