import { useSyncExternalStore } from 'react';

// Rows that have come into being but are not shown yet, because that would move what somebody is pointing at or reading.

let waiting: ReadonlySet<string> = new Set();
let holders = 0;
const listeners = new Set<() => void>();

function set(next: ReadonlySet<string>): void {
  waiting = next;
  for (const listener of listeners) listener();
}

export const arrivals = {
  /** Whether a list must not move just now. */
  isHeld: (): boolean => holders > 0,
  /** Keeps lists from moving until the answer is called. */
  hold(): () => void {
    holders++;
    let isHolding = true;
    return () => {
      if (isHolding) holders--;
      isHolding = false;
    };
  },
  add: (uuids: readonly string[]): void => set(new Set([...waiting, ...uuids])),
  clear: (): void => {
    if (waiting.size > 0) set(new Set());
  },
};

/** How many rows wait to be shown. */
export function useArrivals(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting.size,
  );
}
