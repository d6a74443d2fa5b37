import { z } from 'zod';

/** Booleans come as JSON booleans, or as words in a query string or form. */
export const WireBoolean = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);

/** Whole numbers come as JSON numbers, or as digits in a query string or form. */
export const WireInteger = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/, 'must be a whole number')
    .transform(Number),
]);

/** Texts come as a JSON array, as a parameter that is there several times, or as one text with commas between them. */
export function WireList(most: number) {
  const list = z.array(z.string().max(256)).max(most);
  return z.union([list, z.string().max(20_000).transform(listOf).pipe(list)]);
}

function listOf(text: string): unknown {
  if (!text.startsWith('[')) return text === '' ? [] : text.split(',');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.split(',');
  }
}

/** A UUID in a body or query; upper case is tolerated on the way in. */
export const WireUuid = z
  .string()
  .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'must be a UUID')
  .transform((text) => text.toLowerCase());

/** The account of the path: a login, an account id, or `my`. */
export const AccountParams = z.object({
  account: z.string().describe('Login or id of the account, or `my` for the account that signed.'),
});

/** Nothing is asked; unknown parameters are ignored, as clients add their own. */
export const NoInput = z.object({});

/** Instants as the API shows them, for the reference. */
export const WireDate = z.iso.datetime();

export const WireId = z.uuid();
