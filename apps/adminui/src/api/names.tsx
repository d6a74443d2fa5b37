import { QueryObserver, useQuery, type QueryKey, type QueryObserverOptions } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { shortId } from '../ui/amounts';
import { ObjectLink } from './object-link';
import { accountsQuery, imagesQuery, networksQuery, serversQuery } from './queries';
import { queryClient } from './query-client';

// Rows name other objects by id. These show the name instead, from lists that are in memory anyway, and lead there.

export function ServerLink({ uuid }: { uuid: string | undefined }) {
  const name = useServerName(uuid);
  return uuid === undefined ? (
    <span className="text-muted">–</span>
  ) : (
    <ObjectLink to="servers" uuid={uuid}>
      {name ?? shortId(uuid)}
    </ObjectLink>
  );
}

export function AccountLink({ uuid }: { uuid: string | undefined }) {
  const name = useAccountName(uuid);
  return uuid === undefined ? (
    <span className="text-muted">–</span>
  ) : (
    <ObjectLink to="accounts" uuid={uuid}>
      {name ?? shortId(uuid)}
    </ObjectLink>
  );
}

export function ImageLink({ uuid }: { uuid: string }) {
  const name = useImageName(uuid);
  return (
    <ObjectLink to="images" uuid={uuid}>
      {name ?? shortId(uuid)}
    </ObjectLink>
  );
}

export function NetworkLink({ uuid }: { uuid: string }) {
  const { data } = useQuery(networksQuery);
  return (
    <ObjectLink to="networks" uuid={uuid}>
      {data?.find((network) => network.uuid === uuid)?.name ?? shortId(uuid)}
    </ObjectLink>
  );
}

export const useServerName = nameIn(serversQuery, ({ items }) => items.map(({ uuid, hostname }) => [uuid, hostname]));
export const useAccountName = nameIn(accountsQuery, ({ items }) => items.map(({ uuid, login }) => [uuid, login]));
export const useImageName = nameIn(imagesQuery, (images) => images.map(({ uuid, name, version }) => [uuid, `${name}@${version}`]));

/**
 * The name of an object by its id, from a list that is asked for while anybody uses a name of it; undefined until it is there. All users share one
 * observer and one table, and each is drawn again only when its own name changes: a list of objects changes with every beat of one of them.
 */
function nameIn<Data, Key extends QueryKey>(
  options: QueryObserverOptions<Data, Error, Data, Data, Key> & { readonly queryKey: Key },
  namesOf: (data: Data) => [uuid: string, name: string][],
): (uuid: string | undefined) => string | undefined {
  const listeners = new Set<() => void>();
  let stop: (() => void) | undefined;
  let read: { readonly of: Data | undefined; readonly names: ReadonlyMap<string, string> } = { of: undefined, names: new Map() };
  const nameOf = (uuid: string | undefined): string | undefined => {
    const data = queryClient.getQueryData<Data>(options.queryKey);
    if (data !== read.of) read = { of: data, names: new Map(data === undefined ? [] : namesOf(data)) };
    return uuid === undefined ? undefined : read.names.get(uuid);
  };
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    stop ??= new QueryObserver(queryClient, { ...options, notifyOnChangeProps: ['data'] }).subscribe(() => {
      for (const each of listeners) each();
    });
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      stop?.();
      stop = undefined;
    };
  };
  return (uuid) => useSyncExternalStore(subscribe, () => nameOf(uuid));
}
