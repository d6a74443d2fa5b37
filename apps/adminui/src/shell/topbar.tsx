import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { sessionQuery, signOut } from '../api/session';
import { router } from '../router';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { Menu, MenuItem, MenuLine, MenuTitle } from '../ui/menu';
import { openCreate } from './create-state';
import { LiveMark } from './live-mark';
import { toggleTheme, useTheme } from './theme';

const SecondFactorDialog = lazy(() => import('./second-factor-dialog').then((m) => ({ default: m.SecondFactorDialog })));

export function Topbar({ onFind, onKeys }: { onFind: () => void; onKeys: () => void }) {
  const { data: session } = useQuery(sessionQuery);
  const theme = useTheme();
  const [isSecuring, setSecuring] = useState(false);
  return (
    <header className="border-line bg-surface flex h-12 shrink-0 items-center gap-2 border-b px-4">
      <button
        type="button"
        onClick={onFind}
        className="border-line bg-ground text-muted hover:border-strong-line flex h-8 w-72 items-center gap-2 rounded-md border px-2.5"
      >
        <Icon name="search" />
        Find or do anything
        <kbd className="border-line bg-surface ml-auto rounded border px-1 font-sans text-xs">Ctrl K</kbd>
      </button>
      <div className="ml-auto flex items-center gap-1">
        <LiveMark />
        <Button icon="plus" look="primary" className="mx-2" onClick={openCreate}>
          Create instance
        </Button>
        <Button
          look="quiet"
          icon={theme === 'dark' ? 'sun' : 'moon'}
          aria-label={theme === 'dark' ? 'Light theme' : 'Dark theme'}
          onClick={toggleTheme}
        />
        <Menu
          trigger={
            <Button look="quiet" icon="accounts">
              {session?.operator.login}
            </Button>
          }
        >
          <MenuTitle>{`Signed in as ${session?.operator.login ?? ''}`}</MenuTitle>
          <MenuItem icon="key" onSelect={() => setSecuring(true)}>
            {session?.operator.totp_enabled ? 'Second factor: on' : 'Set up a second factor'}
          </MenuItem>
          <MenuItem icon="more" onSelect={onKeys}>
            Keyboard shortcuts
          </MenuItem>
          <MenuLine />
          <MenuItem icon="right" onSelect={() => void signOut().then(() => router.invalidate())}>
            Sign out
          </MenuItem>
        </Menu>
      </div>
      <Suspense>{isSecuring && <SecondFactorDialog onClose={() => setSecuring(false)} />}</Suspense>
    </header>
  );
}
