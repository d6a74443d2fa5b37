import { z } from 'zod';

const Rate = z.strictObject({ burst: z.number().int().min(1), perSecond: z.number().min(0.1) });

/** What this door has to be told besides what every service is. */
export const cloudapiSettings = {
  /** URL of each datacenter's API by name, this one included, letter for letter as customers write it. */
  datacenters: z.record(z.string(), z.string()).default({}),
  /** URLs of other services for customers, by name: `docker`, `cmon`. */
  services: z.record(z.string(), z.string()).default({}),
  bodyLimitBytes: z.number().int().min(1_000).default(1_000_000),
  /** Requests of one account. Clients poll every second and do not back off: below 30 and 10 they fail. */
  requestRate: Rate.default({ burst: 60, perSecond: 30 }),
  /** Requests from one address whose signature was wrong. */
  failedSignatureRate: Rate.default({ burst: 60, perSecond: 5 }),
  allowMultiplePublicNetworks: z.boolean().default(false),
};

export type CloudapiConfig = z.infer<z.ZodObject<typeof cloudapiSettings>> & { readonly datacenter: string };
