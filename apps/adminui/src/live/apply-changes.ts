import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import type { adminapi } from '@nereid/contracts/light';
import { call, type PageOf } from '../api/call';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { vmStates } from '../api/states';
import { jobListKey, vmListKey, type Job, type JobFilter, type Vm, type VmFilter } from '../api/queries';
import { arrivals } from './arrivals';
import { addFirst, dropRows, matches, newestByObject, replaceRows } from './patch';
import { Throttle } from './throttle';

type Change = adminapi.Change;
type Rows<Row> = InfiniteData<PageOf<Row>, string | undefined>;

/** Rows read after one burst of changes; what is more than this waits for the next. */
const mostRowsAtOnce = 200;

/**
 * Works changes into what is cached: rows of instances and jobs in place, everything else by reading again what is on the screen, at most once
 * a second each. Nothing that nobody looks at is asked for.
 */
export class ChangesToCache {
  private readonly soon = new Throttle(1_000);

  constructor(private readonly cache: QueryClient) {}

  apply(changes: readonly Change[]): void {
    this.applyToVms(newestByObject(changes, 'vm'));
    this.applyToJobs(newestByObject(changes, 'job'));
    const resources = new Set(changes.map(({ resource }) => resource));
    if (resources.has('vm') || resources.has('job') || resources.has('server')) this.readAgainSoon(['attention']);
    if (resources.has('vm')) this.readAgainSoon(['vms', 'count']);
    for (const resource of ['server', 'network', 'image', 'package', 'account'] as const)
      if (resources.has(resource)) this.readAgainSoon([`${resource}s`]);
  }

  /** What this owner's objects are kept under is read again. */
  resync(owner: Change['owner']): void {
    const names = {
      identity: ['accounts'],
      vmapi: ['vms', 'jobs', 'packages'],
      cnapi: ['servers'],
      napi: ['networks'],
      imgapi: ['images'],
    };
    for (const name of names[owner]) void this.cache.invalidateQueries({ queryKey: [name] });
    void this.cache.invalidateQueries({ queryKey: ['attention'] });
  }

  private applyToVms(changed: ReadonlyMap<string, Change>): void {
    if (changed.size === 0) return;
    this.ageHiddenLists(vmListKey);
    const lists = this.listsOf<Vm>(vmListKey);
    const shown = new Map<string, Vm>(lists.flatMap(([, data]) => data.pages.flatMap(({ items }) => items)).map((vm) => [vm.uuid, vm]));
    // The state first, since the change says it; the row follows.
    const early = new Map<string, Vm>();
    for (const { uuid, state, version } of changed.values()) {
      const row = shown.get(uuid);
      if (row && state && row.state !== state && (version ?? 0) >= row.version) early.set(uuid, { ...row, state: state as Vm['state'] });
    }
    this.putVms(early);
    for (const uuid of changed.keys()) {
      void this.cache.invalidateQueries({ queryKey: ['vms', 'one', uuid] });
      void this.cache.invalidateQueries({ queryKey: ['vms', 'audit', uuid] });
      void this.cache.invalidateQueries({ queryKey: ['vms', 'placement', uuid] });
      void this.cache.invalidateQueries({ queryKey: ['vms', 'alias', uuid] });
    }
    if (lists.length > 0) void this.readRows([...changed.keys()].slice(-mostRowsAtOnce), shown);
  }

  private async readRows(uuids: readonly string[], shown: ReadonlyMap<string, Vm>): Promise<void> {
    const rows = await call(routes.listVms, { query: { uuids: uuids.join(','), state: vmStates.join(','), limit: uuids.length } }).catch(
      () => [],
    );
    const fresh = new Map(rows.filter((row) => row.version >= (shown.get(row.uuid)?.version ?? 0)).map((row) => [row.uuid, row]));
    this.putVms(fresh);
    const unknown = rows.filter(({ uuid }) => !shown.has(uuid));
    for (const [key, data] of this.listsOf<Vm>(vmListKey)) {
      const filter = key[2] as VmFilter;
      const entering = unknown.filter((vm) => matches(vm, filter));
      if (entering.length === 0) continue;
      // Newest first is the order in which new ones may simply be put on top; under any other the reader is told and decides.
      if (filter.sort === 'create_timestamp.desc' && !arrivals.isHeld()) {
        const newestFirst = [...entering].sort((a, b) => b.create_timestamp.localeCompare(a.create_timestamp));
        this.cache.setQueryData<Rows<Vm>>(key, addFirst(data, newestFirst) as Rows<Vm>);
      } else arrivals.add(entering.map(({ uuid }) => uuid));
    }
  }

  private putVms(fresh: ReadonlyMap<string, Vm>): void {
    if (fresh.size === 0) return;
    for (const [key, data] of this.listsOf<Vm>(vmListKey)) {
      const filter = key[2] as VmFilter;
      // Destroyed rows go; others that no longer match stay until the list is read again: a row must not vanish from under a selection.
      const kept = dropRows(replaceRows(data, fresh), (vm) => vm.state === 'destroyed' && !matches(vm, filter));
      if (kept !== data) this.cache.setQueryData<Rows<Vm>>(key, kept as Rows<Vm>);
    }
  }

  private applyToJobs(changed: ReadonlyMap<string, Change>): void {
    if (changed.size === 0) return;
    this.ageHiddenLists(jobListKey);
    const unknown = new Set(changed.keys());
    for (const [key, data] of this.listsOf<Job>(jobListKey)) {
      const fresh = new Map<string, Job>();
      for (const job of data.pages.flatMap((page) => page.items)) {
        const change = changed.get(job.uuid);
        if (!change) continue;
        unknown.delete(job.uuid);
        if (change.state && change.state !== job.execution) fresh.set(job.uuid, { ...job, execution: change.state as Job['execution'] });
      }
      this.cache.setQueryData<Rows<Job>>(key, replaceRows(data, fresh) as Rows<Job>);
    }
    for (const { uuid, vm_uuid: vm } of changed.values()) {
      void this.cache.invalidateQueries({ queryKey: ['jobs', 'one', uuid] });
      if (vm) void this.cache.invalidateQueries({ queryKey: ['vms', 'jobs', vm] });
    }
    for (const [key] of this.listsOf<Job>(jobListKey)) {
      // New jobs, and the times of those that have ended, are the first page's; whoever has scrolled on keeps what is there.
      if ((this.cache.getQueryData<Rows<Job>>(key)?.pages.length ?? 0) <= 1) this.readAgainSoon(key);
      else if (unknown.size > 0 && (key[2] as JobFilter).execution === undefined) arrivals.add([...unknown]);
    }
  }

  private listsOf<Row>(queryKey: QueryKey): [QueryKey, Rows<Row>][] {
    return this.cache.getQueriesData<Rows<Row>>({ queryKey, type: 'active' }).filter((entry): entry is [QueryKey, Rows<Row>] => !!entry[1]);
  }

  /** Lists that are not on the screen are read again when they are; long ones are forgotten, as that would take a request a page. */
  private ageHiddenLists(queryKey: QueryKey): void {
    const isLong = ({ state }: { state: { data?: unknown } }): boolean => ((state.data as Rows<unknown>)?.pages?.length ?? 0) > 3;
    this.cache.removeQueries({ queryKey, type: 'inactive', predicate: isLong });
    void this.cache.invalidateQueries({ queryKey, type: 'inactive', refetchType: 'none' });
  }

  private readAgainSoon(queryKey: QueryKey): void {
    this.soon.run(JSON.stringify(queryKey), () => void this.cache.invalidateQueries({ queryKey }));
  }
}
