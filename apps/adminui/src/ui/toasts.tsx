import { useSyncExternalStore, type ReactNode } from 'react';
import { Button } from './button';
import { Mark, type Tone } from './state-badge';

interface Toast {
  readonly id: number;
  readonly tone: Tone;
  readonly text: ReactNode;
}

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Says that something has begun or been done. What failed stays until it is dismissed. */
export function toast(tone: Tone, text: ReactNode): void {
  const id = ++lastId;
  set([...toasts.slice(-3), { id, tone, text }]);
  if (tone !== 'bad') setTimeout(() => set(toasts.filter((each) => each.id !== id)), 5_000);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div role="status" aria-live="polite" className="pointer-events-none fixed right-4 bottom-4 z-30 flex w-80 flex-col gap-2">
      {shown.map(({ id, tone, text }) => (
        <div
          key={id}
          className="appear shadow-pop bg-raised border-line pointer-events-auto flex items-start gap-2.5 rounded-lg border py-2 pr-1.5 pl-3"
        >
          <span className="pt-[5px]">
            <Mark tone={tone} />
          </span>
          <div className="min-w-0 flex-1 py-0.5 break-words">{text}</div>
          <Button
            look="quiet"
            icon="close"
            aria-label="Dismiss"
            className="size-6"
            onClick={() => set(toasts.filter((each) => each.id !== id))}
          />
        </div>
      ))}
    </div>
  );
}
