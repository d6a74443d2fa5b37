import { lazy, Suspense } from 'react';
import type { Vm } from '../../../api/queries';
import { EmptyState, Loading } from '../../../ui/states';

/** The terminal is a hundred kilobytes that only this page needs. */
const ConsoleScreen = lazy(() => import('./console-screen').then((loaded) => ({ default: loaded.ConsoleScreen })));

/** The instance's own console. What was shown last stays when the instance stops meanwhile. */
export function ConsoleTab({ vm, reason }: { vm: Vm; reason: string | undefined }) {
  return (
    <Suspense fallback={<Loading rows={12} />}>
      <ConsoleScreen key={vm.uuid} vm={vm} reason={reason} />
    </Suspense>
  );
}

/** Why there is nothing to sit at. */
export function NoConsole({ reason }: { reason: string }) {
  return (
    <EmptyState icon="console" title="The console cannot be opened now">
      {reason}
    </EmptyState>
  );
}
