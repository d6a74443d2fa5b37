import { httpConfig, serviceConfig } from '@nereid/platform';
import { z } from 'zod';

const Rate = z.strictObject({ burst: z.number().int().min(1), perSecond: z.number().min(0.1) });

/** Every setting of this door. */
export const cloudapiConfig = serviceConfig.extend({
  ...httpConfig,
  /** URLs of the APIs of all datacenters by name, this one included, letter for letter as customers write them. */
  datacenters: z.record(z.string(), z.string()).default({}),
  /** URLs of other services for customers, by name: `docker`, `cmon`. */
  services: z.record(z.string(), z.string()).default({}),
  bodyLimitBytes: z.number().int().min(1_000).default(1_000_000),
  /** Requests of one account. Clients poll each second and do not back off: below a burst of 30 and 10 a second they fail. */
  requestRate: Rate.default({ burst: 60, perSecond: 30 }),
  /** Requests from one address whose signature was wrong. */
  failedSignatureRate: Rate.default({ burst: 60, perSecond: 5 }),
  /** Changefeeds that may be open: of one account, and in all. */
  changefeeds: z
    .strictObject({ perAccount: z.number().int().min(1), inAll: z.number().int().min(1) })
    .default({ perAccount: 50, inAll: 5_000 }),
  allowMultiplePublicNetworks: z.boolean().default(false),
});
export type CloudapiConfig = z.infer<typeof cloudapiConfig>;
