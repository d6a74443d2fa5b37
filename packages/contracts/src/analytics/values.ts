import { z } from 'zod';
import { AccountId, InstrumentationId, ServerId, VmId } from '../ids';
import { rpc } from '../rpc';
import { SeriesName } from './series';

/** Seconds that are kept one by one; what is older exists as minutes. */
export const windowSeconds = 600;

/** Counts by bucket of the one histogram layout. */
export const DistributionPairs = z.array(z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]));

/** What an instrumentation counted under one key: the empty one when it is not told apart. */
export const ValueCell = z.object({ key: z.string(), count: z.number().int().nonnegative(), distribution: DistributionPairs.optional() });
export type ValueCell = z.infer<typeof ValueCell>;

/** One second of an instrumentation, over all servers. */
export const ValueColumn = z.object({
  /** s since 1970. */
  second: z.number().int(),
  /** Servers that said something about this second. Fewer than there are: the picture is not complete. */
  reporting: z.number().int(),
  /** The largest first; beyond 256 keys the rest stands under {@link otherKey}. */
  cells: z.array(ValueCell),
});
export type ValueColumn = z.infer<typeof ValueColumn>;

export const otherKey = '(other)';

/**
 * Seconds of an instrumentation, the oldest first. A second is closed 2 s after its end and does not change after. `after`: only those later;
 * with `waitMs`, the answer waits until there is one, which makes a live stream of repeated calls. `until`: none later than that, which is then
 * waited for instead.
 * @throws ResourceNotFound
 */
export const readValues = rpc({
  subject: 'analytics.v1.values.read',
  request: z.object({
    id: InstrumentationId,
    account: AccountId.optional(),
    after: z.number().int().nonnegative().optional(),
    until: z.number().int().nonnegative().optional(),
    seconds: z.number().int().min(1).max(windowSeconds).default(60),
    waitMs: z.number().int().min(0).max(5_000).default(0),
  }),
  reply: z.object({
    /** The newest closed second. */
    head: z.number().int(),
    columns: z.array(ValueColumn),
    /** What keys are called, where that is known: aliases of instances, names of servers. */
    names: z.record(z.string(), z.string()),
  }),
  timeoutMs: 8_000,
});

/**
 * The basic figures of a server or an instance: one value a step and series, the oldest first, `null` where nothing was heard. Steps of 1 s
 * reach back {@link windowSeconds}; steps of 60 s as far as the minutes are kept. `after` and `waitMs` as in {@link readValues}.
 * @throws ResourceNotFound no figures of it are known, or it is another's
 */
export const readSeries = rpc({
  subject: 'analytics.v1.series.read',
  request: z.object({
    of: z.union([z.object({ server: ServerId }), z.object({ vm: VmId, account: AccountId.optional() })]),
    /** All when absent. */
    series: z.array(SeriesName).max(32).optional(),
    stepSeconds: z.union([z.literal(1), z.literal(60)]).default(1),
    after: z.number().int().nonnegative().optional(),
    steps: z.number().int().min(1).max(1_440).default(60),
    waitMs: z.number().int().min(0).max(5_000).default(0),
  }),
  reply: z.object({
    stepSeconds: z.number().int(),
    /** Second of the first step. */
    start: z.number().int(),
    series: z.record(z.string(), z.object({ unit: z.string(), values: z.array(z.number().nullable()) })),
  }),
  timeoutMs: 8_000,
});
