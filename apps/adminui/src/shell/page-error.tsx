import type { ReactNode } from 'react';
import { router } from '../router';
import { FailedPage } from './failed-page';

/** A page that could not be made; the shell around it stays. */
export function PageError({ error, reset }: { error: unknown; reset?: () => void }): ReactNode {
  return (
    <FailedPage
      error={error}
      onRetry={() => {
        reset?.();
        void router.invalidate();
      }}
    />
  );
}
