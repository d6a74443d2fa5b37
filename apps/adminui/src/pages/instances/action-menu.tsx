import type { ReactElement } from 'react';
import type { Vm } from '../../api/queries';
import { Menu, MenuItem, MenuLine } from '../../ui/menu';
import { instanceActions, type InstanceAction } from './actions';

/** Everything that can be done to an instance; what cannot be done now says why. */
export function ActionMenu({ vm, trigger, onAct }: { vm: Vm; trigger: ReactElement; onAct: (action: InstanceAction) => void }) {
  const shown = instanceActions.filter(({ id }) => (vm.indestructible_zoneroot ? id !== 'protect' : id !== 'unprotect'));
  return (
    <Menu trigger={trigger}>
      {shown.map((action) => (
        <div key={action.id}>
          {action.id === 'forget' && <MenuLine />}
          <MenuItem icon={action.icon} reason={action.reason(vm)} isDangerous={action.isDestructive} onSelect={() => onAct(action)}>
            {action.title}
            {action.isDisruptive && '…'}
          </MenuItem>
        </div>
      ))}
    </Menu>
  );
}
