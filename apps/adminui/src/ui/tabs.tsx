import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from './class-names';

export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly content: () => ReactNode;
}

/** Parts of a page of which one is shown; which one, is in the URL. Arrows move among them. */
export function Tabs({
  tabs,
  shown,
  onShow,
  label,
}: {
  tabs: readonly Tab[];
  shown: string | undefined;
  onShow: (id: string) => void;
  label: string;
}) {
  const list = useRef<HTMLDivElement>(null);
  const current = tabs.find(({ id }) => id === shown) ?? tabs[0]!;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(current) + step + tabs.length) % tabs.length]!;
    onShow(next.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  return (
    <>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
        className="border-line flex gap-5 overflow-x-auto border-b px-6"
      >
        {tabs.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            data-tab={id}
            aria-selected={id === current.id}
            aria-controls="tab-content"
            tabIndex={id === current.id ? 0 : -1}
            onClick={() => onShow(id)}
            className={cx(
              '-mb-px h-9 border-b-2 font-medium whitespace-nowrap focus-visible:-outline-offset-2',
              id === current.id ? 'border-accent text-text' : 'text-muted hover:text-text border-transparent',
            )}
          >
            {title}
          </button>
        ))}
      </div>
      <div id="tab-content" role="tabpanel" aria-labelledby={`tab-${current.id}`} tabIndex={0} className="px-6 py-5 outline-none">
        {current.content()}
      </div>
    </>
  );
}
