import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { isTyping } from '../shell/shortcuts';
import { toggled, withRange, type Selection } from './selection';

export interface RowKeys {
  /** Index of the row that has, or would get, the focus. */
  readonly active: number;
  readonly setActive: (index: number) => void;
  /** Gives a row the focus, as soon as it is there. */
  readonly focus: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/** Moves the focus among rows by the keyboard: one row of the list is in the tab order, arrows or j and k go on from there. */
export function useRowKeys({
  ids,
  listId,
  scrollTo,
  open,
  openMenu,
  selection,
  onSelect,
  body,
}: {
  ids: readonly string[];
  /** Another one: another list, whose first row it is then. */
  listId: string | undefined;
  scrollTo: (index: number) => void;
  open: (index: number) => void;
  openMenu: ((index: number) => void) | undefined;
  selection: Selection;
  onSelect: ((selection: Selection) => void) | undefined;
  body: { readonly current: HTMLElement | null };
}): RowKeys {
  const [place, setPlace] = useState<{ index: number; id: string | undefined; listId: string | undefined }>({
    index: 0,
    id: undefined,
    listId,
  });
  const wantsFocus = useRef(false);
  const anchor = useRef(0);
  if (place.listId !== listId) setPlace({ index: 0, id: undefined, listId });
  // Rows come and go above it: it is the same row then, at another place.
  const active = ids[place.index] === place.id || place.id === undefined ? place.index : indexOr(place.index, ids, place.id);
  const setActive = (index: number): void => {
    if (index !== place.index || ids[index] !== place.id) setPlace({ index, id: ids[index], listId });
  };

  useEffect(() => {
    // A row that is far away comes into being only when it has been scrolled to.
    if (wantsFocus.current && focusOn(body.current, active)) wantsFocus.current = false;
  });

  const move = (to: number, isExtending: boolean): void => {
    const index = Math.max(0, Math.min(ids.length - 1, to));
    if (isExtending) onSelect?.(withRange(selection, ids, anchor.current, index));
    else anchor.current = index;
    wantsFocus.current = true;
    setActive(index);
    scrollTo(index);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const isOnRow = event.target instanceof HTMLElement && event.target.dataset['index'] !== undefined;
    if (isTyping(event.target)) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a' && onSelect) {
      event.preventDefault();
      onSelect(withRange(selection, ids, 0, ids.length - 1));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, number> = {
      ArrowDown: 1,
      j: 1,
      ArrowUp: -1,
      k: -1,
      PageDown: 12,
      PageUp: -12,
      Home: -ids.length,
      End: ids.length,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      move(active + step, event.shiftKey && event.key.startsWith('Arrow'));
      return;
    }
    const id = ids[active];
    if (event.key === 'Escape') onSelect?.({});
    else if (!isOnRow || id === undefined) return;
    else if (event.key === 'Enter') open(active);
    else if ((event.key === 'x' || event.key === ' ') && onSelect) {
      event.preventDefault();
      anchor.current = active;
      onSelect(toggled(selection, id));
    } else if (event.key === '.' && openMenu) openMenu(active);
  };

  return {
    active: Math.min(active, Math.max(0, ids.length - 1)),
    setActive: (index) => {
      anchor.current = index;
      setActive(index);
    },
    focus: (index) => {
      if (focusOn(body.current, index)) return;
      wantsFocus.current = true;
      setActive(index);
    },
    onKeyDown,
  };
}

function indexOr(otherwise: number, ids: readonly string[], id: string): number {
  const found = ids.indexOf(id);
  return found >= 0 ? found : Math.max(0, Math.min(otherwise, ids.length - 1));
}

function focusOn(body: HTMLElement | null, index: number): boolean {
  const row = body?.querySelector<HTMLElement>(`[data-index="${index}"]`);
  row?.focus({ preventScroll: true });
  return row !== null && row !== undefined;
}
