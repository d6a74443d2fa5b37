import { useSyncExternalStore } from 'react';
import { ago } from './amounts';

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for the whole page, which stands while nobody reads it. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (document.hidden) return;
    now = Date.now();
    for (const each of listeners) each();
  }, 5_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' });

/** An instant as time past; the instant itself when pointed at, and not written before: lists have many. It ticks by itself and asks for nothing. */
export function Time({ at }: { at: string | undefined }) {
  const text = useSyncExternalStore(subscribe, () => (at === undefined ? '' : ago(Date.parse(at), Math.max(now, Date.parse(at)))));
  if (at === undefined) return <span className="text-muted">–</span>;
  return (
    <time dateTime={at} onPointerEnter={(event) => (event.currentTarget.title = `${exact.format(new Date(at))}\n${at}`)}>
      {text}
    </time>
  );
}
