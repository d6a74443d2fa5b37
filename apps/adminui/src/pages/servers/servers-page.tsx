import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { serversQuery } from '../../api/queries';
import { serverStates } from '../../api/states';
import { router } from '../../router';
import { FilterMenu } from '../../table/filter-menu';
import { ListPage } from '../../table/list-page';
import { SearchBox } from '../../table/search-box';
import { Button } from '../../ui/button';
import { AddServerDialog } from './add-server-dialog';
import { serverColumns } from './columns';
import { sortServers } from './sort-servers';

const route = getRouteApi('/signed-in/servers');

export function ServersPage(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = (change: typeof search): void => void navigate({ to: '.', search: { ...search, ...change }, replace: true });
  const list = useQuery(serversQuery);
  const { data } = list;
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
  return (
    <ListPage
      title="Servers"
      one="server"
      icon="servers"
      actions={
        <Button icon="plus" onClick={() => setAdding(true)}>
          Add server
        </Button>
      }
      tools={
        <>
          <SearchBox value={search.q ?? ''} onChange={(q) => narrow({ q })} placeholder="Hostname, id or address" />
          <FilterMenu title="State" options={serverStates} value={search.state} onChange={(state) => narrow({ state })} />
        </>
      }
      isNarrowed={search.q !== undefined || search.state !== undefined}
      list={list}
      isCut={list.data?.next !== undefined}
      hint="A server becomes part of the cloud by a one-time token."
      columns={serverColumns}
      rows={rows}
      nameOf={nameOf}
      sort={search.sort ?? 'hostname.asc'}
      onSort={(sort) => narrow({ sort })}
      onOpen={({ uuid }) => void router.navigate({ to: '/servers/$uuid', params: { uuid } })}
    >
      {isAdding && <AddServerDialog onClose={() => setAdding(false)} />}
    </ListPage>
  );
}

const nameOf = (server: adminapi.ServerObject): string => server.hostname;
