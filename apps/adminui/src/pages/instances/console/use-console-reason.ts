import { useQuery } from '@tanstack/react-query';
import { serverQuery, type Vm } from '../../../api/queries';

/** Why an instance's console cannot be opened now: its state, or what its server cannot do. */
export function useConsoleReason(vm: Vm | undefined): string | undefined {
  const uuid = vm?.server_uuid ?? '';
  const { data: server } = useQuery({ ...serverQuery(uuid), enabled: uuid !== '' });
  if (!vm) return undefined;
  if (vm.state !== 'running') return `Its state is ${vm.state}; a console is there while it runs.`;
  const can = server?.capabilities['guest.console'];
  return can?.can === false ? `Its server offers no console: ${can.reason ?? 'it does not say why'}.` : undefined;
}
