import { useEffect } from 'react';
import { router } from '../router';
import { places } from './places';

/** Whether keys typed now are meant for a field, a menu or a dialog. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable], [role=menu], dialog[open]') !== null;
}

/** Keys that work on every page: Ctrl-K or `/` finds, `c` creates, `g` and a letter goes somewhere, `?` lists them. */
export function useShortcuts(isSuspended: boolean, act: { find: () => void; create: () => void; help: () => void }): void {
  useEffect(() => {
    if (isSuspended) return;
    let isGoing = false;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        act.find();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (isGoing) {
        isGoing = false;
        clearTimeout(waiting);
        const place = places.find(({ key }) => key === event.key);
        if (place) {
          event.preventDefault();
          void router.navigate({ to: place.to });
        }
        return;
      }
      if (event.key === 'g') {
        isGoing = true;
        waiting = setTimeout(() => (isGoing = false), 1_200);
      } else if (event.key === 'c') {
        event.preventDefault();
        act.create();
      } else if (event.key === '?') act.help();
    };
    window.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(waiting);
      window.removeEventListener('keydown', onKey);
    };
  }, [isSuspended, act]);
}
