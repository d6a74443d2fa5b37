import type { InfiniteData } from '@tanstack/react-query';
import type { adminapi } from '@nereid/contracts/light';
import type { PageOf } from '../api/call';
import type { Vm, VmFilter } from '../api/queries';

// How changes are worked into lists that are on the screen. Pure, so that it can be tested without a browser.

type Change = adminapi.Change;
type Pages<Row> = InfiniteData<PageOf<Row>, unknown>;

/** Of several changes of one object only the newest counts. Hints and feed tell the same change; the order between the two is open. */
export function newestByObject(changes: readonly Change[], resource: Change['resource']): Map<string, Change> {
  const newest = new Map<string, Change>();
  for (const change of changes) {
    if (change.resource !== resource) continue;
    const known = newest.get(change.uuid);
    if (!known || (change.version ?? Infinity) >= (known.version ?? -1)) newest.set(change.uuid, change);
  }
  return newest;
}

/** Rows with those in `fresh` put in their place; the same object when none of them is there, so that nothing is painted again. */
export function replaceRows<Row extends { uuid: string }>(data: Pages<Row>, fresh: ReadonlyMap<string, Row>): Pages<Row> {
  let isTouched = false;
  const pages = data.pages.map((page) => {
    if (!page.items.some(({ uuid }) => fresh.has(uuid))) return page;
    isTouched = true;
    return { ...page, items: page.items.map((row) => fresh.get(row.uuid) ?? row) };
  });
  return isTouched ? { ...data, pages } : data;
}

/** Rows without those for which `isGone`. */
export function dropRows<Row>(data: Pages<Row>, isGone: (row: Row) => boolean): Pages<Row> {
  if (!data.pages.some((page) => page.items.some(isGone))) return data;
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter((row) => !isGone(row)) })) };
}

/** Puts rows that nobody has seen yet first; those that are there already stay where they are. */
export function addFirst<Row extends { uuid: string }>(data: Pages<Row>, rows: readonly Row[]): Pages<Row> {
  const known = new Set(data.pages.flatMap((page) => page.items.map(({ uuid }) => uuid)));
  const added = rows.filter(({ uuid }) => !known.has(uuid));
  const [first, ...others] = data.pages;
  if (added.length === 0 || !first) return data;
  return { ...data, pages: [{ ...first, items: [...added, ...first.items] }, ...others] };
}

/** The states that a list without a filter of states shows. */
const hiddenUnlessAsked: readonly string[] = ['destroyed', 'failed'];

/** Whether a list with this filter shows the instance, by the rules of the route ListVms. */
export function matches(vm: Vm, { q, state, brand, owner_uuid, server_uuid, image_uuid }: VmFilter): boolean {
  if (state ? !state.split(',').includes(vm.state) : hiddenUnlessAsked.includes(vm.state)) return false;
  if (brand && !brand.split(',').includes(vm.brand)) return false;
  if (owner_uuid && vm.owner_uuid !== owner_uuid) return false;
  if (server_uuid && vm.server_uuid !== server_uuid) return false;
  if (image_uuid && vm.image_uuid !== image_uuid) return false;
  if (!q) return true;
  return vm.alias.toLowerCase().includes(q.toLowerCase()) || vm.uuid.startsWith(q) || vm.nics.some(({ ip }) => ip.startsWith(q));
}
