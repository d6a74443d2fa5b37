import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { adminapi } from '@nereid/contracts/light';
import { call, callForPage, type PageOf } from './call';
import { operatorRoutes as routes } from '@nereid/contracts/light';

// Every question that the portal asks, with the name under which the answer is kept. src/live keeps them true by these names.

export type Vm = adminapi.VmListItem;
export type Job = adminapi.JobObject;

/** Rows of the first page: more than a tall screen shows, little enough to be there at once. */
const pageSize = 100;

/** What a list of instances can be narrowed and sorted by; the names are those of the route's query. */
export interface VmFilter {
  readonly q?: string;
  readonly state?: string;
  readonly brand?: string;
  readonly owner_uuid?: string;
  readonly server_uuid?: string;
  readonly image_uuid?: string;
  readonly sort?: string;
}

export const vmListKey = ['vms', 'list'] as const;

export const vmsQuery = (filter: VmFilter) =>
  infiniteQueryOptions({
    queryKey: [...vmListKey, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }): Promise<PageOf<Vm>> =>
      callForPage(routes.listVms, { query: { ...filter, limit: pageSize, marker: pageParam }, signal }),
    getNextPageParam: (page) => page.next,
  });

/** Apart from the rows, so that those need not wait for the counting. */
export const vmCountQuery = ({ sort: _, ...filter }: VmFilter) =>
  queryOptions({
    queryKey: ['vms', 'count', filter],
    queryFn: async ({ signal }) => (await callForPage(routes.listVms, { query: { ...filter, limit: 1, count: true }, signal })).total ?? 0,
  });

export const vmQuery = (uuid: string) =>
  queryOptions({ queryKey: ['vms', 'one', uuid], queryFn: () => call(routes.getVm, { params: { uuid } }) });

export const vmJobsQuery = (uuid: string) =>
  queryOptions({
    queryKey: ['vms', 'jobs', uuid],
    queryFn: () => call(routes.listVmJobs, { params: { uuid }, query: { limit: 50 } }),
  });

export const vmAuditQuery = (uuid: string) =>
  queryOptions({ queryKey: ['vms', 'audit', uuid], queryFn: () => call(routes.listVmAudit, { params: { uuid }, query: { limit: 200 } }) });

export const placementQuery = (uuid: string) =>
  queryOptions({
    queryKey: ['vms', 'placement', uuid],
    queryFn: () => call(routes.explainPlacement, { params: { uuid } }),
    retry: false,
  });

export const jobListKey = ['jobs', 'list'] as const;

export interface JobFilter {
  readonly execution?: string;
  readonly name?: string;
}

export const jobsQuery = (filter: JobFilter) =>
  infiniteQueryOptions({
    queryKey: [...jobListKey, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }): Promise<PageOf<Job>> =>
      callForPage(routes.listJobs, { query: { ...filter, limit: pageSize, marker: pageParam }, signal }),
    getNextPageParam: (page) => page.next,
  });

export const jobQuery = (uuid: string) =>
  queryOptions({ queryKey: ['jobs', 'one', uuid], queryFn: () => call(routes.getJob, { params: { uuid } }) });

export const attentionQuery = queryOptions({ queryKey: ['attention'], queryFn: () => call(routes.getAttention) });

/** The first 1,000 by hostname. */
export const serversQuery = queryOptions({
  queryKey: ['servers', 'list'],
  queryFn: () => callForPage(routes.listServers, { query: { limit: 1000 } }),
});

export const serverQuery = (uuid: string) =>
  queryOptions({ queryKey: ['servers', 'one', uuid], queryFn: () => call(routes.getServer, { params: { uuid } }) });

export const networksQuery = queryOptions({ queryKey: ['networks', 'list'], queryFn: () => call(routes.listNetworks) });

export const networkQuery = (uuid: string) =>
  queryOptions({ queryKey: ['networks', 'one', uuid], queryFn: () => call(routes.getNetwork, { params: { uuid } }) });

export const networkIpsQuery = (uuid: string) =>
  queryOptions({
    queryKey: ['networks', 'ips', uuid],
    queryFn: async ({ signal }) => {
      const ips: adminapi.IpObject[] = [];
      let marker: string | undefined;
      do {
        const page = await callForPage(routes.listNetworkIps, { params: { uuid }, query: { limit: 1000, marker }, signal });
        ips.push(...page.items);
        marker = page.next;
      } while (marker !== undefined && ips.length < 20_000);
      return { ips, isComplete: marker === undefined };
    },
  });

export const nicTagsQuery = queryOptions({ queryKey: ['networks', 'nic-tags'], queryFn: () => call(routes.listNicTags) });

export const imagesQuery = queryOptions({
  queryKey: ['images', 'list'],
  queryFn: () => call(routes.listImages, { query: { state: 'all' } }),
});

export const imageQuery = (uuid: string) =>
  queryOptions({ queryKey: ['images', 'one', uuid], queryFn: () => call(routes.getImage, { params: { uuid } }) });

export const packagesQuery = queryOptions({
  queryKey: ['packages', 'list'],
  queryFn: () => call(routes.listPackages, { query: { include_inactive: true } }),
});

/** The first 1,000 by login. */
export const accountsQuery = queryOptions({
  queryKey: ['accounts', 'list'],
  queryFn: () => callForPage(routes.listAccounts, { query: { limit: 1000 } }),
});

export const accountQuery = (uuid: string) =>
  queryOptions({ queryKey: ['accounts', 'one', uuid], queryFn: () => call(routes.getAccount, { params: { uuid } }) });

export const keysQuery = (uuid: string) =>
  queryOptions({ queryKey: ['accounts', 'keys', uuid], queryFn: () => call(routes.listKeys, { params: { uuid } }) });

export const usageQuery = (uuid: string) =>
  queryOptions({ queryKey: ['accounts', 'usage', uuid], queryFn: () => call(routes.getUsage, { params: { uuid } }) });

/** What can be instrumented; the same as long as the portal is. */
export const catalogQuery = queryOptions({
  queryKey: ['analytics', 'catalog'],
  queryFn: () => call(routes.getCatalog),
  staleTime: Infinity,
});
