import { z } from 'zod';
import { InstrumentationId, VmId } from '../ids';
import { nodeRpc } from '../rpc';
import { FieldName } from './metrics';
import { Predicate } from './predicates';

/** What one server has to measure for one instrumentation. */
export const InstrumentationSpec = z.object({
  id: InstrumentationId,
  module: z.string(),
  stat: z.string(),
  predicate: Predicate,
  /** The discrete field by which it is told apart, besides the instance, which is always kept. */
  by: FieldName.optional(),
  /** The numeric field whose distribution is wanted; absent: events are counted. */
  distributionOf: FieldName.optional(),
  /** A customer's own instances on this server, and never empty; absent: all of the server, for operators. */
  instances: z.array(VmId).min(1).optional(),
});
export type InstrumentationSpec = z.infer<typeof InstrumentationSpec>;

/**
 * Everything that a server has to measure: the whole set, never a difference. Its `revision` comes back in each frame, so that whoever
 * hears an older one asks again; nothing else needs to be remembered. How each fares stands in the frames too.
 */
export const instrumentationsWanted = nodeRpc({
  verb: 'instrumentations.wanted',
  request: z.object({ revision: z.number().int().positive(), instrumentations: z.array(InstrumentationSpec).max(1_000) }),
  reply: z.object({ taken: z.literal(true) }),
  timeoutMs: 3_000,
});
