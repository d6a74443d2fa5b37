import { UsageLimits } from '@nereid/contracts';
import { serviceConfig } from '@nereid/platform';
import { z } from 'zod';

/** Every setting of vmapi. */
export const VmapiConfig = serviceConfig.extend({
  /** `api` answers calls and reports, `worker` runs workflows and reconcilers; one process may do both. */
  roles: z
    .array(z.enum(['api', 'worker']))
    .min(1)
    .default(['api', 'worker']),
  /** Jobs worked on at the same time in this process. */
  jobConcurrency: z.coerce.number().int().min(1).max(500).default(50),
  /** How long a job stays with a worker that says nothing any more; then another, or the same after a restart, goes on with it. */
  jobLeaseMs: z.coerce.number().int().min(500).default(30_000),
  /** Limits of accounts for which no operator set any; what is absent is unlimited. */
  defaultLimits: UsageLimits.default({}),
  reconcileEveryMs: z.coerce.number().int().min(100).default(10_000),
});
export type VmapiConfig = z.infer<typeof VmapiConfig>;
