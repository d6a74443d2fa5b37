import type { ReactNode } from 'react';
import { cx } from './class-names';

/** A part of a page with a heading of its own. */
export function Panel({
  title,
  aside,
  children,
  isFlush = false,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  isFlush?: boolean;
}) {
  return (
    <section aria-label={title} className="border-line bg-surface min-w-0 rounded-lg border">
      <header className="border-line flex h-10 items-center justify-between gap-3 border-b px-4 [&>button:last-child]:-mr-2.5">
        <h2 className="truncate font-semibold">{title}</h2>
        {aside}
      </header>
      <div className={cx(!isFlush && 'p-4')}>{children}</div>
    </section>
  );
}

/** Names and values, one a line. */
export function Properties({
  rows,
  isSparse = false,
}: {
  rows: readonly (readonly [string, ReactNode])[];
  /** Most of them are usually unknown: those are left out. */
  isSparse?: boolean;
}) {
  return (
    <dl className="grid grid-cols-[minmax(6.5rem,max-content)_minmax(0,1fr)] gap-x-6 gap-y-0.5">
      {rows
        .filter(([, value]) => !isSparse || value !== undefined)
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted py-1">{name}</dt>
            <dd className="min-w-0 py-1 break-words">{value ?? <span className="text-muted">–</span>}</dd>
          </div>
        ))}
    </dl>
  );
}
