import { operatorRoutes as routes, vmCan, type VmAction } from '@nereid/contracts/light';
import { call } from '../../api/call';
import type { Vm } from '../../api/queries';
import type { IconName } from '../../ui/icon';

// What can be done to an instance, when not and why: one table for buttons, menus, the palette and many at once.

export interface InstanceAction {
  readonly id: 'start' | 'stop' | 'reboot' | 'protect' | 'unprotect' | 'forget' | 'destroy';
  readonly title: string;
  readonly icon: IconName;
  /** Asked about before it is done: it interrupts, or cannot be undone. */
  readonly isDisruptive: boolean;
  readonly isDestructive: boolean;
  /** Why it cannot be done to this instance now; undefined when it can. */
  readonly reason: (vm: Vm) => string | undefined;
  /** Answers the job, when there is one. */
  readonly run: (vm: Pick<Vm, 'uuid'>) => Promise<string | undefined>;
  /** `Stopping web-1`. */
  readonly doing: string;
}

function unlessState(action: VmAction, vm: Vm): string | undefined {
  return vmCan(action, vm.state) ? undefined : `Not while it is ${vm.state}.`;
}

const act = async ({ uuid }: Pick<Vm, 'uuid'>, body: Parameters<typeof send>[1]): Promise<string | undefined> =>
  (await send(uuid, body)).job_uuid;
const send = (
  uuid: string,
  body: { action: 'start' | 'stop' | 'reboot' | 'forget' } | { action: 'update'; indestructible_zoneroot: boolean },
) => call(routes.actOnVm, { params: { uuid }, body });

export const instanceActions: readonly InstanceAction[] = [
  {
    id: 'start',
    title: 'Start',
    icon: 'start',
    doing: 'Starting',
    isDisruptive: false,
    isDestructive: false,
    reason: (vm) => (vm.state === 'running' ? 'It is running.' : unlessState('start', vm)),
    run: (vm) => act(vm, { action: 'start' }),
  },
  {
    id: 'stop',
    title: 'Stop',
    icon: 'stop',
    doing: 'Stopping',
    isDisruptive: true,
    isDestructive: false,
    reason: (vm) => (vm.state === 'stopped' ? 'It is stopped.' : unlessState('stop', vm)),
    run: (vm) => act(vm, { action: 'stop' }),
  },
  {
    id: 'reboot',
    title: 'Reboot',
    icon: 'reboot',
    doing: 'Rebooting',
    isDisruptive: true,
    isDestructive: false,
    reason: (vm) => (vm.state === 'stopped' ? 'It is stopped.' : unlessState('reboot', vm)),
    run: (vm) => act(vm, { action: 'reboot' }),
  },
  {
    id: 'protect',
    title: 'Protect from deletion',
    icon: 'shield',
    doing: 'Protecting',
    isDisruptive: false,
    isDestructive: false,
    reason: (vm) => (vm.indestructible_zoneroot ? 'It is protected.' : unlessState('update', vm)),
    run: (vm) => act(vm, { action: 'update', indestructible_zoneroot: true }),
  },
  {
    id: 'unprotect',
    title: 'Allow deletion',
    icon: 'shield',
    doing: 'No longer protecting',
    isDisruptive: false,
    isDestructive: false,
    reason: (vm) => (vm.indestructible_zoneroot ? unlessState('update', vm) : 'It is not protected.'),
    run: (vm) => act(vm, { action: 'update', indestructible_zoneroot: false }),
  },
  {
    id: 'forget',
    title: 'Forget',
    icon: 'close',
    doing: 'Forgetting',
    isDisruptive: true,
    isDestructive: true,
    reason: (vm) => (vm.state === 'offline' ? undefined : 'Only when its server is down.'),
    run: (vm) => act(vm, { action: 'forget' }),
  },
  {
    id: 'destroy',
    title: 'Delete',
    icon: 'trash',
    doing: 'Deleting',
    isDisruptive: true,
    isDestructive: true,
    reason: (vm) => (vm.indestructible_zoneroot ? 'It is protected from deletion.' : unlessState('destroy', vm)),
    run: async ({ uuid }) => (await call(routes.destroyVm, { params: { uuid } })).job_uuid,
  },
];

export function actionOf(id: InstanceAction['id']): InstanceAction {
  return instanceActions.find((action) => action.id === id)!;
}

/** Those of several instances to which an action can be done, and for the others why not, with how many. */
export function split(action: InstanceAction, vms: readonly Vm[]): { able: Vm[]; unable: ReadonlyMap<string, number> } {
  const able: Vm[] = [];
  const unable = new Map<string, number>();
  for (const vm of vms) {
    const reason = action.reason(vm);
    if (reason === undefined) able.push(vm);
    else unable.set(reason, (unable.get(reason) ?? 0) + 1);
  }
  return { able, unable };
}
