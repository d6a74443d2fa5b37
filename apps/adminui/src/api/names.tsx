import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { shortId } from '../ui/amounts';
import { accountsQuery, imagesQuery, networksQuery, serversQuery } from './queries';

// Rows name other objects by id. These show the name instead, from lists that are in memory anyway, and lead there.

const link = 'hover:text-accent hover:underline underline-offset-2';

export function ServerLink({ uuid }: { uuid: string | undefined }) {
  const names = useServerNames();
  if (uuid === undefined) return <span className="text-muted">–</span>;
  return (
    <Link to="/servers/$uuid" params={{ uuid }} className={link}>
      {names.get(uuid) ?? shortId(uuid)}
    </Link>
  );
}

export function AccountLink({ uuid }: { uuid: string | undefined }) {
  const names = useAccountNames();
  if (uuid === undefined) return <span className="text-muted">–</span>;
  return (
    <Link to="/accounts/$uuid" params={{ uuid }} className={link}>
      {names.get(uuid) ?? shortId(uuid)}
    </Link>
  );
}

export function ImageLink({ uuid }: { uuid: string }) {
  const names = useImageNames();
  return (
    <Link to="/images/$uuid" params={{ uuid }} className={link}>
      {names.get(uuid) ?? shortId(uuid)}
    </Link>
  );
}

export function NetworkLink({ uuid }: { uuid: string }) {
  const { data } = useQuery(networksQuery);
  return (
    <Link to="/networks/$uuid" params={{ uuid }} className={link}>
      {data?.find((network) => network.uuid === uuid)?.name ?? shortId(uuid)}
    </Link>
  );
}

export function useServerNames(): ReadonlyMap<string, string> {
  const { data } = useQuery(serversQuery);
  return useMemo(() => new Map(data?.items.map(({ uuid, hostname }) => [uuid, hostname])), [data]);
}

export function useAccountNames(): ReadonlyMap<string, string> {
  const { data } = useQuery(accountsQuery);
  return useMemo(() => new Map(data?.items.map(({ uuid, login }) => [uuid, login])), [data]);
}

export function useImageNames(): ReadonlyMap<string, string> {
  const { data } = useQuery(imagesQuery);
  return useMemo(() => new Map(data?.map(({ uuid, name, version }) => [uuid, `${name}@${version}`])), [data]);
}
