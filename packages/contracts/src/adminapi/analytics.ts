import { z } from 'zod';
import { InstrumentationChange, InstrumentationWant, Instrumentation } from '../analytics/instrumentations';
import { readValues, readSeries } from '../analytics/values';
import { SeriesName } from '../analytics/series';
import { AccountId, InstrumentationId, ServerId, VmId } from '../ids';
import { route } from './route';
import { flag, integer, listOf } from './wire-values';

/** Cloud Analytics' operators' resources under `/analytics` (`/ca` there), with its names: `value-…` of the older service are routes here. */
const InstrumentationParams = z.strictObject({ id: InstrumentationId });

/** What may be instrumented and by which fields, with labels and units: every menu of a page can be made of it. Source: Cloud Analytics, metadata. */
export const CatalogObject = z.object({
  metrics: z.array(z.object({ module: z.string(), stat: z.string(), label: z.string(), unit: z.string(), fields: z.array(z.string()) })),
  fields: z.record(z.string(), z.object({ label: z.string(), arity: z.enum(['discrete', 'numeric']), unit: z.string().optional() })),
});
export type CatalogObject = z.infer<typeof CatalogObject>;

export const getCatalog = route({
  name: 'GetCatalog',
  method: 'GET',
  path: '/analytics/catalog',
  summary: 'Lists what can be instrumented.',
  reply: CatalogObject,
});

export type InstrumentationObject = Instrumentation;
/** What the body of {@link createInstrumentation} is. */
export type InstrumentationWanted = z.input<typeof InstrumentationWant>;

export const listInstrumentations = route({
  name: 'ListInstrumentations',
  method: 'GET',
  path: '/analytics/instrumentations',
  summary: 'Lists instrumentations, the oldest first.',
  query: z.strictObject({ all: flag.optional().describe("`true`: customers' too."), account: AccountId.optional() }),
  reply: z.array(Instrumentation),
});

export const createInstrumentation = route({
  name: 'CreateInstrumentation',
  method: 'POST',
  path: '/analytics/instrumentations',
  summary: 'Begins to measure.',
  description: 'It ends when nobody has read its values for `idleMaxSeconds`.',
  body: z.strictObject({ ...InstrumentationWant.shape }),
  reply: Instrumentation,
  status: 201,
});

export const getInstrumentation = route({
  name: 'GetInstrumentation',
  method: 'GET',
  path: '/analytics/instrumentations/:id',
  summary: 'Shows an instrumentation, and how it fares on each server.',
  params: InstrumentationParams,
  reply: Instrumentation,
  errors: ['ResourceNotFound'],
});

export const cloneInstrumentation = route({
  name: 'CloneInstrumentation',
  method: 'POST',
  path: '/analytics/instrumentations/:id/clone',
  summary: 'Begins to measure the same with changes.',
  params: InstrumentationParams,
  body: z.strictObject({ ...InstrumentationChange.shape }),
  reply: Instrumentation,
  status: 201,
  errors: ['ResourceNotFound'],
});

export const deleteInstrumentation = route({
  name: 'DeleteInstrumentation',
  method: 'DELETE',
  path: '/analytics/instrumentations/:id',
  summary: 'Ends an instrumentation.',
  params: InstrumentationParams,
  errors: ['ResourceNotFound'],
});

const live = {
  after: integer(0, Number.MAX_SAFE_INTEGER).optional().describe('Only what is later than this second.'),
  wait_ms: integer(0, 5_000).optional().describe('Wait so long for a later second: repeated calls are a live stream.'),
};

export const getValues = route({
  name: 'GetInstrumentationValues',
  method: 'GET',
  path: '/analytics/instrumentations/:id/values',
  summary: 'Shows what was measured, second by second.',
  description: 'Distributions are counts by bucket; each power of two from 16 has 16 buckets, and 0 to 15 one each.',
  params: InstrumentationParams,
  query: z.strictObject({ ...live, seconds: integer(1, 600).optional().describe('60 when absent.') }),
  reply: readValues.reply,
  errors: ['ResourceNotFound'],
});

const seriesQuery = z.strictObject({
  ...live,
  series: listOf(SeriesName, 32).optional().describe('All when absent.'),
  step_seconds: z.enum(['1', '60']).optional().describe('60: as far back as minutes are kept.'),
  steps: integer(1, 1_440).optional().describe('60 when absent; of seconds at most 600.'),
});

export const getServerSeries = route({
  name: 'GetServerSeries',
  method: 'GET',
  path: '/analytics/servers/:uuid/series',
  summary: "Shows a server's basic figures.",
  params: z.strictObject({ uuid: ServerId }),
  query: seriesQuery,
  reply: readSeries.reply,
  errors: ['ResourceNotFound'],
});

export const getVmSeries = route({
  name: 'GetVmSeries',
  method: 'GET',
  path: '/analytics/vms/:uuid/series',
  summary: "Shows an instance's basic figures.",
  params: z.strictObject({ uuid: VmId }),
  query: seriesQuery,
  reply: readSeries.reply,
  errors: ['ResourceNotFound'],
});
