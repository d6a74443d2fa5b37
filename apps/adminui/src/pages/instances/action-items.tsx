import type { Vm } from '../../api/queries';
import { MenuItem, MenuLine } from '../../ui/menu';
import { instanceActions, type InstanceAction } from './actions';

/** Everything that can be done to an instance; what cannot be done now says why. */
export function ActionItems({ vm, onAct }: { vm: Vm; onAct: (action: InstanceAction) => void }) {
  const shown = instanceActions.filter(({ id }) => (vm.indestructible_zoneroot ? id !== 'protect' : id !== 'unprotect'));
  return shown.map((action) => (
    <div key={action.id}>
      {action.id === 'forget' && <MenuLine />}
      <MenuItem icon={action.icon} reason={action.reason(vm)} isDangerous={action.isDestructive} onSelect={() => onAct(action)}>
        {action.title}
        {action.isDisruptive && '…'}
      </MenuItem>
    </div>
  ));
}
