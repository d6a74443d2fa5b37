import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { isTyping } from '../shell/shortcuts';
import { toggled, withRange, type Selection } from './selection';

export interface RowKeys {
  /** Index of the row that has, or would get, the focus. */
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/** Moves the focus among rows by the keyboard: one row of the list is in the tab order, arrows or j and k go on from there. */
export function useRowKeys({
  ids,
  scrollTo,
  open,
  selection,
  onSelect,
  body,
}: {
  ids: readonly string[];
  scrollTo: (index: number) => void;
  open: (index: number) => void;
  selection: Selection;
  onSelect: ((selection: Selection) => void) | undefined;
  body: { readonly current: HTMLElement | null };
}): RowKeys {
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const anchor = useRef(0);

  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    body.current?.querySelector<HTMLElement>(`[data-index="${active}"]`)?.focus({ preventScroll: true });
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
    } else if (event.key === '.') openRowMenu(event.target as HTMLElement);
  };

  return {
    active: Math.min(active, Math.max(0, ids.length - 1)),
    setActive: (index) => {
      anchor.current = index;
      setActive(index);
    },
    onKeyDown,
  };
}

/** The menu of a row opens from its button, by the key that opens menus. */
export function openRowMenu(row: HTMLElement): void {
  const button = row.querySelector<HTMLElement>('[data-row-menu]');
  button?.focus();
  button?.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
}
