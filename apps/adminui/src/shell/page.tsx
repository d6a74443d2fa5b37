import { useEffect, type ReactNode } from 'react';

/** The head of a page: its title, what belongs to it, what can be done. Also the title of the tab. */
export function PageHead({
  title,
  above,
  beside,
  children,
  actions,
}: {
  title: string;
  /** Where this belongs. */
  above?: ReactNode;
  /** State and the like, beside the title. */
  beside?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Nereid`;
  }, [title]);
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-6 pt-5 pb-4">
      <div className="min-w-0">
        {above && <div className="text-muted mb-0.5 text-xs">{above}</div>}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="truncate text-xl font-semibold tracking-tight">{title}</h1>
          {beside}
        </div>
        {children && <div className="text-muted mt-1 flex flex-wrap items-center gap-x-4 gap-y-1">{children}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
