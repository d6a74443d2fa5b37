import { serviceConfig } from '@nereid/platform';
import { z } from 'zod';

export const napiConfig = serviceConfig.extend({
  /** First three octets of every MAC made here; 90:b8:d0 is what SmartOS uses. */
  macPrefix: z
    .string()
    .regex(/^[0-9a-f][02468ace](:[0-9a-f]{2}){2}$/, 'must be three octets of a unicast MAC')
    .default('90:b8:d0'),
  /** NIC tags whose networks are reachable from outside the datacenter: their networks are shown as public. */
  publicNicTags: z.array(z.string()).default(['external']),
});
export type NapiConfig = z.output<typeof napiConfig>;
