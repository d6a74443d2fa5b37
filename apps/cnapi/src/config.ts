import { serviceConfig } from '@nereid/platform';
import { z } from 'zod';
import { defaultWeights } from './placement/weights';

const ratio = z.coerce.number().positive();
const kept = z.coerce.number().min(0).max(0.9);

export const cnapiConfig = serviceConfig.extend({
  /** What of a server's capacity is sold. */
  ratios: z
    .strictObject({
      cpu: ratio.default(4),
      memory: ratio.default(1),
      disk: ratio.default(1),
      /** Parts of memory and pool that a server keeps for itself. */
      memoryKept: kept.default(0.15),
      diskKept: kept.default(0.06),
      maxInstances: z.coerce.number().int().min(1).default(224),
    })
    .prefault({}),
  /** What counts how much in placement. Positive memory and disk: the fullest server first. */
  weights: z
    .strictObject({
      memory: z.coerce.number().default(defaultWeights.memory),
      disk: z.coerce.number().default(defaultWeights.disk),
      platform: z.coerce.number().default(defaultWeights.platform),
      random: z.coerce.number().min(0).default(defaultWeights.random),
    })
    .prefault({}),
  liveness: z
    .strictObject({
      suspectAfterMs: z.coerce.number().int().min(100).default(5_500),
      downAfterMs: z.coerce.number().int().min(200).default(30_000),
    })
    .prefault({}),
  nodes: z.strictObject({
    /** The keys that let nodes onto the bus and keep them off it; made with the bus's other credentials. A secret. */
    authorityFile: z.string(),
    /** How nodes reach the bus; may differ from how services do. */
    busServers: z.array(z.string()).min(1),
  }),
});
export type CnapiConfig = z.output<typeof cnapiConfig>;
