import { useSyncExternalStore } from 'react';
import type { Change, ChangeStream, ChangeStreamState } from '@nereid/client/operator';
import { client } from '../api/call';
import { queryClient } from '../api/query-client';
import { ChangesToCache } from './apply-changes';
import { coalesce } from './coalesce';

export interface LiveState {
  readonly is: ChangeStreamState;
  /** When the stream was lost, ms since 1970; undefined while nothing has been missed. */
  readonly lostAt: number | undefined;
}

let state: LiveState = { is: 'connecting', lostAt: undefined };
let stream: ChangeStream | undefined;
const listeners = new Set<() => void>();

/** Opens the stream of changes and works them into the cache until {@link stopLive}. Safe to repeat. */
export function startLive(onSignedOut: () => void): void {
  if (stream) return;
  const cache = new ChangesToCache(queryClient);
  const apply = coalesce<Change>({ short: 50, long: 250 }, (changes) => cache.apply(changes));
  stream = client.changes({
    onChanges: apply,
    onResync: (owners) => owners.forEach((owner) => cache.resync(owner)),
    onState: (is) => {
      if (is === 'ended' && stream) onSignedOut();
      show({ is, lostAt: is === 'live' ? undefined : is === 'waiting' ? (state.lostAt ?? Date.now()) : state.lostAt });
    },
  });
}

export function stopLive(): void {
  const open = stream;
  stream = undefined;
  open?.close();
  show({ is: 'connecting', lostAt: undefined });
}

/** Whether what is shown follows what happens. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

function show(next: LiveState): void {
  state = next;
  for (const listener of listeners) listener();
}
