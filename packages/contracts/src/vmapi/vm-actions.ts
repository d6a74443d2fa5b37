import type { VmState } from './vm-state';

/** What may be asked in which state: the service refuses by it, consoles grey out by it. */
export const vmActions = {
  start: ['stopped', 'running', 'stopping', 'unknown'],
  stop: ['running', 'stopped', 'stopping', 'unknown'],
  reboot: ['running', 'stopping', 'stopped', 'unknown'],
  /** Zones only; of virtual machines the sizes stay (see `resizeVm`). */
  resize: ['running', 'stopping', 'stopped', 'unknown'],
  rename: ['provisioning', 'running', 'stopping', 'stopped', 'offline', 'unknown'],
  update: ['provisioning', 'running', 'stopping', 'stopped', 'offline', 'unknown', 'failed'],
  destroy: ['provisioning', 'running', 'stopping', 'stopped', 'failed', 'offline', 'unknown'],
} as const satisfies Record<string, readonly VmState[]>;
export type VmAction = keyof typeof vmActions;

export function vmCan(action: VmAction, state: VmState): boolean {
  return (vmActions[action] as readonly VmState[]).includes(state);
}
