import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { Loading } from '../../ui/states';

const Figures = lazy(() => import('../../charts/figures'));
const route = getRouteApi('/signed-in/servers/$uuid');

/** What a server does as a whole, and when nothing is heard of it, why. */
export function ServerFigures({ server }: { server: adminapi.ServerObject }) {
  const { range } = route.useSearch();
  const navigate = route.useNavigate();
  const of = useMemo(() => ({ kind: 'server', uuid: server.uuid }) as const, [server.uuid]);
  return (
    <Suspense fallback={<Loading rows={8} />}>
      <Figures
        of={of}
        range={range}
        onRange={(next) => void navigate({ to: '.', search: (search) => ({ ...search, range: next }), replace: true })}
        memoryBytes={server.ram === undefined ? undefined : server.ram * 1024 * 1024}
        why={
          server.state === 'up' || server.state === 'new'
            ? `It is ${server.state} but sends no figures; they go on by themselves when it does.`
            : `Its state is ${server.state}; the figures go on by themselves when it is up again.`
        }
      />
    </Suspense>
  );
}
