import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ServiceError } from '@nereid/contracts/light';
import { ErrorState } from '../ui/states';
import { PageHead } from './page';
import { places } from './places';

/** In place of a page of which nothing could be read; from that of an object, the way to its list stays. */
export function FailedPage({ error, onRetry }: { error: unknown; onRetry: () => void }): ReactNode {
  const isMissing = error instanceof ServiceError && (error.status === 404 || error.status === 410);
  const list = useLocation({ select: ({ pathname }) => places.find(({ to }) => pathname.startsWith(`${to}/`)) });
  return (
    <>
      <PageHead
        above={
          list && (
            <Link to={list.to} className="hover:text-text hover:underline">
              {list.title}
            </Link>
          )
        }
        title={isMissing ? 'Not found' : 'This page could not be shown'}
      />
      <ErrorState error={error} onRetry={onRetry} />
    </>
  );
}
