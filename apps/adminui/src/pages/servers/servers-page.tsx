import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { serversQuery } from '../../api/queries';
import { serverStates } from '../../api/states';
import { router } from '../../router';
import { PageHead } from '../../shell/page';
import { DataTable } from '../../table/data-table';
import { FilterMenu } from '../../table/filter-menu';
import { SearchBox } from '../../table/search-box';
import { countOf } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { EmptyState, ErrorState, Loading } from '../../ui/states';
import { AddServerDialog } from './add-server-dialog';
import { serverColumns } from './columns';
import { sortServers } from './sort-servers';

const route = getRouteApi('/signed-in/servers');

export function ServersPage(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = (change: typeof search): void => void navigate({ to: '.', search: { ...search, ...change }, replace: true });
  const { data, error, isPending, refetch } = useQuery(serversQuery);
  const [isAdding, setAdding] = useState(false);
  const rows = useMemo(() => {
    const words = search.q?.trim().toLowerCase() ?? '';
    const states = search.state?.split(',');
    const matching = (data?.items ?? []).filter(
      ({ hostname, uuid, address, state }) =>
        (hostname.toLowerCase().includes(words) || uuid.startsWith(words) || (address?.startsWith(words) ?? false)) &&
        (states?.includes(state) ?? true),
    );
    return sortServers(matching, search.sort);
  }, [data, search.q, search.state, search.sort]);
  const isNarrowed = search.q !== undefined || search.state !== undefined;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHead
        title="Servers"
        actions={
          <Button icon="plus" onClick={() => setAdding(true)}>
            Add server
          </Button>
        }
      />
      <div className="border-line flex flex-wrap items-center gap-2 border-b px-6 pb-3">
        <SearchBox value={search.q ?? ''} onChange={(q) => narrow({ q })} placeholder="Hostname, id or address" />
        <FilterMenu title="State" options={serverStates} value={search.state} onChange={(state) => narrow({ state })} />
        <span className="text-muted ml-auto" role="status">
          {data && (data.next ? `the first ${countOf(rows.length, 'server')}` : countOf(rows.length, 'server'))}
        </span>
      </div>
      {isPending ? (
        <Loading rows={12} />
      ) : error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState icon="servers" title={isNarrowed ? 'No server matches' : 'No servers yet'}>
          {!isNarrowed && 'A server becomes part of the cloud by a one-time token.'}
        </EmptyState>
      ) : (
        <DataTable
          caption="Servers"
          columns={serverColumns}
          rows={rows}
          total={rows.length}
          nameOf={nameOf}
          sort={search.sort ?? 'hostname.asc'}
          onSort={(sort) => narrow({ sort })}
          onOpen={(server) => void router.navigate({ to: '/servers/$uuid', params: { uuid: server.uuid } })}
        />
      )}
      {isAdding && <AddServerDialog onClose={() => setAdding(false)} />}
    </div>
  );
}

const nameOf = (server: adminapi.ServerObject): string => server.hostname;
