import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { serversQuery } from '../../api/queries';
import { Loading } from '../../ui/states';

const Figures = lazy(() => import('../../charts/figures'));
const route = getRouteApi('/signed-in/instances/$uuid');

/** What an instance does, and when nothing is heard of it, why. */
export function InstanceFigures({ vm }: { vm: adminapi.VmObject }) {
  const { range } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: servers } = useQuery(serversQuery);
  const of = useMemo(() => ({ kind: 'vm', uuid: vm.uuid }) as const, [vm.uuid]);
  return (
    <Suspense fallback={<Loading rows={8} />}>
      <Figures
        of={of}
        range={range}
        onRange={(next) => void navigate({ to: '.', search: (search) => ({ ...search, range: next }), replace: true })}
        memoryBytes={vm.max_physical_memory * 1024 * 1024}
        why={whyNothing(
          vm,
          servers?.items.find(({ uuid }) => uuid === vm.server_uuid),
        )}
      />
    </Suspense>
  );
}

function whyNothing({ state, server_uuid }: adminapi.VmObject, server: adminapi.ServerObject | undefined): string {
  if (server_uuid === undefined) return 'It stands on no server yet.';
  const name = server?.hostname ?? 'its server';
  if (server?.state === 'down' || server?.state === 'suspect')
    return `Its server, ${name}, is ${server.state}; the figures go on by themselves when it is up again.`;
  if (state !== 'running') return `It is ${state}: nothing in it runs that could be measured.`;
  return `${name} sends no figures of it yet; they show up here by themselves, some seconds after it does.`;
}
