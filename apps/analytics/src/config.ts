import { serviceConfig } from '@nereid/platform';
import { z } from 'zod';

export const analyticsConfig = serviceConfig.extend({
  windows: z
    .strictObject({
      /** Servers and instances whose seconds are kept in memory, 20 KiB each; of more than these nothing is kept. */
      maxObjects: z.coerce.number().int().min(1).default(2_000),
    })
    .prefault({}),
  minutes: z.strictObject({ keepDays: z.coerce.number().int().min(1).default(7) }).prefault({}),
  /** Where Prometheus finds everything in its own form; a loopback address. Absent: nowhere. */
  exposition: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.coerce.number().int().min(0).max(65_535) }).optional(),
});
export type AnalyticsConfig = z.output<typeof analyticsConfig>;
