import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from './class-names';
import { Tooltip } from './tooltip';

export interface Tab {
  readonly id: string;
  readonly title: string;
  /** Why there is nothing to be had there now; its title stays, grey, and says so. Whoever is there already stays. */
  readonly reason?: string | undefined;
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
    const open = tabs.filter((tab) => tab === current || tab.reason === undefined);
    const next = open[(open.indexOf(current) + step + open.length) % open.length]!;
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
        {tabs.map((tab) => (
          <TabButton key={tab.id} tab={tab} isShown={tab === current} onShow={() => onShow(tab.id)} />
        ))}
      </div>
      <div id="tab-content" role="tabpanel" aria-labelledby={`tab-${current.id}`} tabIndex={0} className="px-6 py-5 outline-none">
        {current.content()}
      </div>
    </>
  );
}

function TabButton({ tab: { id, title, reason }, isShown, onShow }: { tab: Tab; isShown: boolean; onShow: () => void }) {
  const button = (
    <button
      type="button"
      role="tab"
      id={`tab-${id}`}
      data-tab={id}
      aria-selected={isShown}
      aria-controls="tab-content"
      tabIndex={isShown ? 0 : -1}
      aria-disabled={reason !== undefined || undefined}
      onClick={() => {
        if (reason === undefined) onShow();
      }}
      className={cx(
        '-mb-px h-9 border-b-2 font-medium whitespace-nowrap focus-visible:-outline-offset-2',
        isShown ? 'border-accent text-text' : 'text-muted border-transparent',
        reason === undefined ? 'hover:text-text' : 'cursor-not-allowed opacity-60',
      )}
    >
      {title}
    </button>
  );
  return reason === undefined ? button : <Tooltip text={reason}>{button}</Tooltip>;
}
