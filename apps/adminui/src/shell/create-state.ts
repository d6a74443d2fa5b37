import { useSyncExternalStore } from 'react';

// The dialog that creates an instance can be opened from anywhere: a key, the palette, a list.

let isOpen = false;
const listeners = new Set<() => void>();

function set(next: boolean): void {
  isOpen = next;
  for (const listener of listeners) listener();
}

export const openCreate = (): void => set(true);
export const closeCreate = (): void => set(false);

export function useCreateIsOpen(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isOpen,
  );
}
