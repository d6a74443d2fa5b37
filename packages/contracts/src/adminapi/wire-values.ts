import { z } from 'zod';
import { AccountId, ImageId, JobId, NetworkId, PackageId, ServerId, VmId } from '../ids';
import { markerHeader } from './headers';

/** A whole number in a query string. */
export function integer(min: number, max: number) {
  return z.coerce.number().int().min(min).max(max);
}

/** `true` or `false` in a query string. */
export const flag = z.enum(['true', 'false']).transform((word) => word === 'true');

/** Values with commas between them, in a query string. */
export function listOf<Item extends z.ZodType<unknown, string>>(item: Item, max: number) {
  return z
    .string()
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(item).max(max));
}

/** Paging of a list by key. */
export const Page = {
  limit: integer(1, 1000).optional().describe('1 to 1,000; 1,000 when absent.'),
  marker: z.string().max(512).optional().describe('`x-next-marker` of the page before.'),
};

/** Headers of a paged list. */
export const pageHeaders = { [markerHeader]: 'Send it as `marker` for the next page; absent on the last.' };

export const VmParams = z.strictObject({ uuid: VmId });
export const ServerParams = z.strictObject({ uuid: ServerId });
export const NetworkParams = z.strictObject({ uuid: NetworkId });
export const ImageParams = z.strictObject({ uuid: ImageId });
export const PackageParams = z.strictObject({ uuid: PackageId });
export const AccountParams = z.strictObject({ uuid: AccountId });
export const JobParams = z.strictObject({ uuid: JobId });
