import type { ReactNode } from 'react';
import { ServiceError } from '@nereid/contracts/light';
import { Button } from './button';
import { Icon, type IconName } from './icon';

/** Nothing is here, and what to do about it. */
export function EmptyState({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-14 text-center">
      <span className="bg-hover text-muted mb-1 rounded-full p-3">
        <Icon name={icon} size={20} />
      </span>
      <p className="text-base font-medium">{title}</p>
      {children && <div className="text-muted max-w-md">{children}</div>}
    </div>
  );
}

/** What went wrong, by its code, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const [code, requestId] = error instanceof ServiceError ? [error.code, error.context?.['requestId']] : ['Broken', undefined];
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-14 text-center">
      <span className="bg-bad-soft text-bad mb-1 rounded-full p-3">
        <Icon name="warning" size={20} />
      </span>
      <p className="text-base font-medium">{message}</p>
      <p className="text-muted font-mono text-xs">
        {code}
        {typeof requestId === 'string' && ` · request ${requestId}`}
      </p>
      {onRetry && (
        <Button icon="reboot" className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** A short answer that something failed, inside a form. */
export function ErrorNote({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <p role="alert" className="bg-bad-soft text-bad flex gap-2 rounded-md px-3 py-2">
      <Icon name="warning" className="mt-0.5 shrink-0" />
      <span className="min-w-0 break-words">{error.message}</span>
    </p>
  );
}

/** Grey lines where rows will be. */
export function Loading({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3 p-4">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="bg-hover h-4 rounded" style={{ width: `${[92, 78, 85, 70, 88, 64][row % 6]}%` }} />
      ))}
    </div>
  );
}
