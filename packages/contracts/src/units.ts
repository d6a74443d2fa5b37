import { z } from 'zod';

/** Instants cross boundaries as ISO 8601 in UTC with milliseconds. */
export const Instant = z.iso.datetime();

/** Bytes, MiB and GiB are whole numbers; the unit stands in each field's name. */
export const Size = z.number().int().nonnegative();

/** Percent of one core: 100 is one core, 350 three and a half. */
export const CpuPercent = z.number().int().nonnegative();

/** One page of a keyset-paged list: pass `next` as `after` to go on; absent on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().optional(), total: z.number().int().nonnegative().optional() });
}

/** Paging of a list: `limit` at most 1,000; `after` is the `next` of the page before. */
export const PageRequest = {
  limit: z.number().int().min(1).max(1000).default(1000),
  after: z.string().optional(),
};
