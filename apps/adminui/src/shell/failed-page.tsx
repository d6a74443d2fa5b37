import type { ReactNode } from 'react';
import { ServiceError } from '@nereid/contracts/light';
import { ErrorState } from '../ui/states';
import { PageHead } from './page';

/** In place of a page of which nothing could be read. */
export function FailedPage({ error, onRetry }: { error: unknown; onRetry: () => void }): ReactNode {
  const isMissing = error instanceof ServiceError && (error.status === 404 || error.status === 410);
  return (
    <>
      <PageHead title={isMissing ? 'Not found' : 'This page could not be shown'} />
      <ErrorState error={error} onRetry={onRetry} />
    </>
  );
}
