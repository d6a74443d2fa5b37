import type { VmFilter, VmSortKey, adminapi } from '@nereid/contracts';
import type { Call } from '../http/call';

type Query = Call<typeof adminapi.listVms>['query'];

const sortKeys: Readonly<Record<(typeof adminapi.vmSortKeys)[number], VmSortKey>> = {
  create_timestamp: 'createdAt',
  last_modified: 'updatedAt',
  alias: 'alias',
  ram: 'memoryMiB',
};

/** What vmapi is asked for by a list in VMAPI's words. */
export function toVmListing({ limit, marker, sort, count, ...query }: Query) {
  const filter: VmFilter = {
    owner: query.owner_uuid,
    ids: query.uuids,
    alias: query.alias,
    search: query.q,
    states: query.state,
    brands: query.brand,
    image: query.image_uuid,
    server: query.server_uuid,
    memoryMiB: query.ram,
  };
  const [key, direction] = (sort ?? 'create_timestamp.asc').split('.') as [keyof typeof sortKeys, string];
  return { filter, limit, after: marker, withTotal: count ?? false, sort: { by: sortKeys[key], descending: direction === 'desc' } };
}
