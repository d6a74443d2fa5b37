import { isZone, netmask, type Vm, type VmState, type cloudapi } from '@nereid/contracts';
import type { VersionRange } from '../http/version';

/** vmapi's state in CloudAPI's words. */
export function toMachineState(state: VmState): cloudapi.MachineObject['state'] {
  return state === 'destroyed' ? 'deleted' : state;
}

/** An instance as CloudAPI shows it. Everything comes from the one row: a list costs one call. */
export function toMachine(vm: Vm, version: VersionRange): cloudapi.MachineObject {
  const nics = [...vm.nics].sort((a, b) => a.slot - b.slot);
  const primary = nics.find((nic) => nic.primary) ?? nics[0];
  return {
    id: vm.id,
    name: vm.alias,
    type: isZone(vm.brand) ? 'smartmachine' : 'virtualmachine',
    brand: vm.brand,
    state: toMachineState(vm.state),
    image: vm.image,
    memory: vm.memoryMiB,
    disk: vm.quotaGiB * 1024,
    metadata: vm.metadata,
    tags: vm.tags,
    created: vm.createdAt,
    updated: vm.updatedAt,
    ips: nics.map((nic) => nic.ip),
    ...(version.atLeast('7.1.0') && { networks: nics.map((nic) => nic.network) }),
    ...(nics.length > 0 && { nics: nics.map(toMachineNic) }),
    ...(primary && { primaryIp: primary.ip }),
    firewall_enabled: vm.firewallEnabled,
    deletion_protection: vm.deletionProtection,
    ...(vm.server && { compute_node: vm.server }),
    package: vm.packageName,
  };
}

function toMachineNic(nic: Vm['nics'][number]): NonNullable<cloudapi.MachineObject['nics']>[number] {
  return {
    mac: nic.mac,
    ip: nic.ip,
    primary: nic.primary,
    netmask: netmask(nic.prefixLength),
    ...(nic.gateway && { gateway: nic.gateway }),
    network: nic.network,
  };
}
