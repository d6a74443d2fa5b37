import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useId, useMemo, useState, type KeyboardEvent } from 'react';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { call } from '../api/call';
import { accountsQuery, imagesQuery, networksQuery, serversQuery } from '../api/queries';
import { vmStates } from '../api/states';
import { cx } from '../ui/class-names';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { entriesFor, type Entry } from './palette-entries';

/** Finds anything by name, id or address, and does what can be done from anywhere. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const words = useDeferredValue(typed.trim());
  const servers = useQuery(serversQuery).data?.items;
  const networks = useQuery(networksQuery).data;
  const images = useQuery(imagesQuery).data;
  const accounts = useQuery(accountsQuery).data?.items;
  const settled = useSettled(words);
  const vms = useQuery({
    queryKey: ['palette', settled],
    queryFn: ({ signal }) =>
      call(routes.listVms, { query: { q: settled, limit: 8, state: vmStates.join(','), sort: 'alias.asc' }, signal }),
    enabled: settled.length > 0,
    staleTime: 5_000,
    placeholderData: (before) => (settled.length > 0 ? before : undefined),
  }).data;
  const entries = useMemo(
    () => entriesFor(words, { vms, servers, networks, images, accounts }),
    [words, vms, servers, networks, images, accounts],
  );
  const current = Math.min(chosen, entries.length - 1);
  const take = (entry: Entry | undefined): void => {
    if (!entry) return;
    onClose();
    entry.act();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = (current + step + entries.length) % Math.max(1, entries.length);
      setChosen(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      take(entries[current]);
    }
  };
  return (
    <Dialog title="Find or do anything" onClose={onClose} isBare width="w-[38rem]">
      <div className="border-line flex items-center gap-3 border-b px-4">
        <Icon name="search" className="text-muted" />
        <input
          role="combobox"
          aria-label="Find or do anything"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={entries.length > 0 ? `${listId}-${current}` : undefined}
          value={typed}
          spellCheck={false}
          placeholder="Name, id, address, or what to do"
          onChange={(event) => {
            setTyped(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
          className="h-12 flex-1 bg-transparent text-base outline-none"
        />
      </div>
      <div id={listId} role="listbox" aria-label="Found" className="max-h-[24rem] overflow-auto p-2">
        {entries.length === 0 && <p className="text-muted px-2 py-6 text-center">Nothing found.</p>}
        {entries.map((entry, i) => (
          <div key={entry.id} role="presentation">
            {entry.group !== entries[i - 1]?.group && (
              <div role="presentation" className="text-muted px-2 pt-2 pb-1 text-xs">
                {entry.group}
              </div>
            )}
            <div
              id={`${listId}-${i}`}
              role="option"
              aria-selected={i === current}
              onPointerMove={() => setChosen(i)}
              onClick={() => take(entry)}
              className={cx('flex h-9 cursor-default items-center gap-3 rounded-md px-2', i === current && 'bg-accent-soft')}
            >
              <Icon name={entry.icon} className="text-muted shrink-0" />
              <span className="truncate">{entry.title}</span>
              <span className="text-muted ml-auto shrink-0 text-xs">{entry.aside}</span>
            </div>
          </div>
        ))}
      </div>
    </Dialog>
  );
}

/** The words once they have not changed for a moment. */
function useSettled(words: string): string {
  const [settled, setSettled] = useState(words);
  useEffect(() => {
    const waiting = setTimeout(() => setSettled(words), 100);
    return () => clearTimeout(waiting);
  }, [words]);
  return settled;
}
