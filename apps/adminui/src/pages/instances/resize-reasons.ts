import { isZone, vmCan, type adminapi } from '@nereid/contracts/light';
import type { Vm } from '../../api/queries';

/** Why an instance cannot be resized now; undefined when it can. */
export function noResize(vm: Vm): string | undefined {
  if (!isZone(vm.brand)) return 'A virtual machine keeps its size.';
  return vmCan('resize', vm.state) ? undefined : `Not while it is ${vm.state}.`;
}

/** Why an instance cannot have a package; undefined when it may. Whether its server has the room, its job finds out. */
export function noSuchSize(vm: Vm, size: adminapi.PackageObject): string | undefined {
  if (size.uuid === vm.billing_id) return 'It has this one.';
  if (!size.active) return 'Not active.';
  if (size.brand !== undefined && size.brand !== vm.brand) return `For brand ${size.brand}.`;
  if (size.owner_uuids.length > 0 && !size.owner_uuids.includes(vm.owner_uuid)) return 'For other accounts.';
  return undefined;
}
