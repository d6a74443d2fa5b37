import { useMemo, useRef, type FocusEvent, type MouseEvent } from 'react';

export interface RowActs {
  readonly open: (index: number, event: MouseEvent) => void;
  readonly toggle: ((index: number, isRange: boolean) => void) | undefined;
  readonly setActive: (index: number) => void;
  /** From its button; or at a point of the window, where the other button of the mouse was pressed. */
  readonly openMenu: ((index: number, at?: { readonly x: number; readonly y: number }) => void) | undefined;
}

/** What is done to rows by pointer and focus, heard once for all of them. A press on a row opens it; links and buttons in it do what they say. */
export function useRowEvents(acts: RowActs): {
  onClick: (event: MouseEvent) => void;
  onContextMenu: (event: MouseEvent) => void;
  onFocus: (event: FocusEvent) => void;
} {
  const latest = useRef(acts);
  latest.current = acts;
  return useMemo(
    () => ({
      onClick: (event) => {
        const index = indexAt(event.target);
        if (index === undefined) return;
        const { open, toggle, openMenu } = latest.current;
        const target = event.target as Element;
        if (target.closest('[data-row-menu]')) openMenu?.(index);
        else if (target instanceof HTMLInputElement) toggle?.(index, event.shiftKey);
        else if (!target.closest('a, button, label') && !window.getSelection()?.toString()) open(index, event);
      },
      onContextMenu: (event) => {
        const index = indexAt(event.target);
        const { openMenu } = latest.current;
        if (index === undefined || !openMenu) return;
        event.preventDefault();
        openMenu(index, { x: event.clientX, y: event.clientY });
      },
      onFocus: (event) => {
        const index = indexAt(event.target);
        if (index !== undefined) latest.current.setActive(index);
      },
    }),
    [],
  );
}

function indexAt(target: EventTarget): number | undefined {
  const row = target instanceof Element && target.closest<HTMLElement>('[data-index]');
  return row ? Number(row.dataset['index']) : undefined;
}
