import type { Vm, VmId, VmSubResource, cloudapi } from '@nereid/contracts';
import { toMachine } from '../machines/machine.mapper';
import { VersionRange } from '../http/version';

/** One change of an instance, as vmapi's feed tells it. */
export interface VmChange {
  readonly vm: VmId;
  readonly changed: readonly VmSubResource[];
  readonly at: string;
}

/** Objects are shown as the newest version has them, whatever version the connection asked for. */
const newest = VersionRange.parse(undefined);

/** What clients are told of a change, with the instance as it is now. */
export function toMessage({ vm: id, changed, at }: VmChange, vm: Vm): cloudapi.ChangefeedMessage {
  return {
    published: String(Date.parse(at)),
    changeKind: { resource: 'vm', subResources: [...changed] },
    changedResourceId: id,
    resourceState: vm.state,
    resourceObject: toMachine(vm, newest),
  };
}
