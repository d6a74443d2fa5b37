import { Outlet } from '@tanstack/react-router';
import { Suspense, lazy, useEffect, useMemo, useState, type ReactNode } from 'react';
import { forgetSession } from '../api/session';
import { startLive, stopLive } from '../live/live';
import { router } from '../router';
import { Toasts } from '../ui/toasts';
import { openCreate, useCreateIsOpen, closeCreate } from './create-state';
import { Announcer } from './announcer';
import { Sidebar } from './sidebar';
import { Topbar } from './topbar';
import { useShortcuts } from './shortcuts';

const Palette = lazy(() => import('./palette').then((m) => ({ default: m.Palette })));
const CreateDialog = lazy(() => import('../pages/instances/create-dialog').then((m) => ({ default: m.CreateDialog })));
const KeysDialog = lazy(() => import('./keys-dialog').then((m) => ({ default: m.KeysDialog })));

/** What is around every page: where one can go, what is looked for, whether what is shown is true now. */
export function Shell(): ReactNode {
  const [open, setOpen] = useState<'palette' | 'keys' | undefined>();
  const isCreating = useCreateIsOpen();
  useShortcuts(
    open !== undefined || isCreating,
    useMemo(() => ({ find: () => setOpen('palette'), create: () => openCreate(), help: () => setOpen('keys') }), []),
  );
  useEffect(() => {
    // Keys pressed right after the one that opens it belong to it.
    const waiting = setTimeout(() => void import('./palette'), 1_500);
    return () => clearTimeout(waiting);
  }, []);
  useEffect(() => {
    startLive(() => {
      forgetSession();
      void router.invalidate();
    });
    return stopLive;
  }, []);
  return (
    <div className="grid h-dvh grid-cols-[auto_minmax(0,1fr)]">
      <a
        href="#page"
        className="bg-accent text-on-accent sr-only z-50 rounded-md px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <Sidebar />
      <div className="flex min-h-0 min-w-0 flex-col">
        <Topbar onFind={() => setOpen('palette')} onKeys={() => setOpen('keys')} />
        <main id="page" tabIndex={-1} className="min-h-0 flex-1 overflow-auto outline-none">
          <Outlet />
        </main>
      </div>
      <Announcer />
      <Toasts />
      <Suspense>
        {open === 'palette' && <Palette onClose={() => setOpen(undefined)} />}
        {open === 'keys' && <KeysDialog onClose={() => setOpen(undefined)} />}
        {isCreating && <CreateDialog onClose={closeCreate} />}
      </Suspense>
    </div>
  );
}
