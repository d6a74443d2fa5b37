import { httpConfig, serviceConfig } from '@nereid/platform';
import { z } from 'zod';

export const adminapiConfig = serviceConfig.extend({
  ...httpConfig,
  /** Attempts to enrol from one address: tokens cannot be guessed, but trying costs us a query each. */
  enrolment: z
    .strictObject({
      perSecond: z.coerce.number().positive().default(20),
      burst: z.coerce.number().int().min(1).default(200),
    })
    .default({ perSecond: 20, burst: 200 }),
});
export type AdminapiConfig = z.output<typeof adminapiConfig>;
