import { httpConfig, serviceConfig } from '@nereid/platform';
import { z } from 'zod';

const Rate = z.strictObject({ perSecond: z.coerce.number().positive(), burst: z.coerce.number().int().min(1) });

export const adminapiConfig = serviceConfig.extend({
  ...httpConfig,
  /** Attempts to enrol from one address: tokens cannot be guessed, but trying costs us a query each. */
  enrolment: Rate.default({ perSecond: 20, burst: 200 }),
  /** How long an operator stays signed in: without asking anything, and in any case. */
  sessions: z
    .strictObject({ idleMinutes: z.coerce.number().positive().default(60), absoluteHours: z.coerce.number().positive().default(12) })
    .default({ idleMinutes: 60, absoluteHours: 12 }),
  /** Attempts to sign in, right or wrong. */
  signIn: z
    .strictObject({
      byAddress: Rate.default({ perSecond: 0.5, burst: 30 }),
      byLogin: Rate.default({ perSecond: 0.2, burst: 10 }),
    })
    .default({ byAddress: { perSecond: 0.5, burst: 30 }, byLogin: { perSecond: 0.2, burst: 10 } }),
  /** Origins of the portal besides the door's own: where a proxy serves it. `https://cloud.example.com`. */
  origins: z.array(z.url()).default([]),
  /** Where the portal was built. Without, a page says so. */
  portal: z.strictObject({ directory: z.string() }).optional(),
  /** Streams of changes and consoles open at a time. */
  maxWebSockets: z.coerce.number().int().min(1).default(1_000),
});
export type AdminapiConfig = z.output<typeof adminapiConfig>;
