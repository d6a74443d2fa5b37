import { z } from 'zod';
import { AccountId } from '../ids';
import { rpc } from '../rpc';
import { Size } from '../units';

/** How much an account may use at the same time; undefined: no limit. */
export const UsageLimits = z.object({ instances: Size.optional(), memoryMiB: Size.optional(), quotaGiB: Size.optional() });
export type UsageLimits = z.infer<typeof UsageLimits>;

/** What an account's instances use. Failed and destroyed ones do not count. */
export const Usage = z.object({ account: AccountId, instances: Size, memoryMiB: Size, quotaGiB: Size, limits: UsageLimits });
export type Usage = z.infer<typeof Usage>;

/** What an account uses, and its limits. An account that never had an instance uses nothing. */
export const getUsage = rpc({ subject: 'vmapi.v1.usage.get', request: z.object({ account: AccountId }), reply: Usage, timeoutMs: 3_000 });

/** Sets an account's limits, all of them. May be lower than what is in use: use can then only fall. Operators and seeding only. */
export const setUsageLimits = rpc({
  subject: 'vmapi.v1.usage.set-limits',
  request: z.object({ account: AccountId, limits: UsageLimits }),
  reply: Usage,
  timeoutMs: 3_000,
});
