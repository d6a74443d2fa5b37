import type { VmFilter } from '../../api/queries';

/** The order of a list of instances unless another is asked for: the one in which new ones may appear on top. */
export const usualSort = 'create_timestamp.desc';

/** What the URL says, as the list is asked for. */
export function listedFilter(search: VmFilter): VmFilter {
  const { q, ...others } = search;
  const words = q?.trim();
  return { ...others, ...(words ? { q: words } : {}), sort: search.sort ?? usualSort };
}

/** Whether anything narrows the list. */
export function isNarrowed({ sort: _, ...filter }: VmFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined && value !== '');
}
