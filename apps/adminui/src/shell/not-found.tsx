import { Link } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { Icon } from '../ui/icon';

/** Outside of the shell: nobody needs to be signed in to be lost. */
export function NotFound(): ReactNode {
  useEffect(() => {
    document.title = 'No such page · Nereid';
  }, []);
  return (
    <main className="flex min-h-dvh flex-col items-center gap-2 px-6 pt-[18vh] text-center">
      <span className="bg-hover text-muted mb-1 rounded-full p-3">
        <Icon name="search" size={20} />
      </span>
      <h1 className="text-xl font-semibold tracking-tight">There is no such page</h1>
      <Link to="/" className="text-accent underline underline-offset-2">
        Go to the start
      </Link>
    </main>
  );
}
