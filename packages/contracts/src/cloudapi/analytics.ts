import { z } from 'zod';
import { Predicate } from '../analytics/predicates';
import { windowSeconds } from '../analytics/values';
import { route } from './route';
import { AccountParams, NoInput, WireBoolean, WireInteger, WireList } from './wire-values';

const base = '/:account/analytics';
const instrumentations = `${base}/instrumentations` as const;
const one = `${instrumentations}/:id` as const;

/** What there is to measure: every menu, label and axis of a client can be made of it. Source: CloudAPI docs 8, DescribeAnalytics. */
export const AnalyticsObject = z.object({
  modules: z.record(z.string(), z.object({ label: z.string() })),
  fields: z.record(z.string(), z.object({ label: z.string(), type: z.string() })),
  types: z.record(
    z.string(),
    z.object({
      arity: z.enum(['discrete', 'numeric']),
      unit: z.string().optional(),
      abbr: z.string().optional(),
      base: z.number().int().optional(),
      power: z.number().int().optional(),
    }),
  ),
  metrics: z.array(
    z.object({
      module: z.string(),
      stat: z.string(),
      label: z.string(),
      interval: z.enum(['interval', 'point']),
      fields: z.array(z.string()),
      unit: z.string(),
    }),
  ),
  transformations: z.record(z.string(), z.object({ label: z.string(), fields: z.array(z.string()) })),
});
export type AnalyticsObject = z.infer<typeof AnalyticsObject>;

const Arity = z.enum(['scalar', 'discrete-decomposition', 'numeric-decomposition']);

/** Something that is measured, as its owner sees it. Source: CloudAPI docs 8, GetInstrumentation. */
export const InstrumentationObject = z.object({
  'id': z.string(),
  'module': z.string(),
  'stat': z.string(),
  'predicate': z.record(z.string(), z.unknown()),
  'decomposition': z.array(z.string()),
  'value-dimension': z.number().int().describe('One more than it has decompositions.'),
  'value-arity': Arity.describe('How it is drawn: a line, stacked lines, a heat map.'),
  'value-scope': z.enum(['interval', 'point']),
  'enabled': z.boolean(),
  'retention-time': z.number().int().describe('Seconds.'),
  'idle-max': z.number().int().describe('It ends when nobody has read it for so many seconds.'),
  'granularity': z.number().int().describe('Seconds.'),
  'persist-data': z.boolean(),
  'nsources': z.number().int().describe('Servers that are to measure it.'),
  'crtime': z.number().int().describe('When it was made, ms since 1970.'),
  'transformations': z.record(z.string(), z.object({ label: z.string(), fields: z.array(z.string()) })),
  'uris': z.array(z.object({ uri: z.string(), name: z.string() })),
});
export type InstrumentationObject = z.infer<typeof InstrumentationObject>;

const Params = AccountParams.extend({ id: z.string().describe('Id of the instrumentation.') });

/** Predicates come as objects, or as the JSON of one. */
const WirePredicate = z
  .union([z.record(z.string(), z.unknown()), z.string().max(4_096)])
  .transform((value): unknown => (typeof value === 'string' ? fromJson(value) : value))
  .pipe(Predicate);

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text) as unknown;
  } catch {
    return text; // which is no predicate, and is told so
  }
}

const wanted = {
  'predicate': WirePredicate.optional().describe('Which events count: `{"eq": ["execname", "nginx"]}`; eq, ne, lt, le, gt, ge, and, or.'),
  'decomposition': WireList(2).optional().describe('At most one discrete and one numeric field.'),
  'granularity': WireInteger.pipe(z.literal(1)).optional().describe('1: a value a second. Longer ones are added up by `duration` when they are read.'),
  'retention-time': WireInteger.pipe(z.number().min(10).max(windowSeconds)).optional().describe(`${windowSeconds} s are kept, whatever less is asked for.`),
  'persist-data': WireBoolean.pipe(z.literal(false)).optional().describe('Values are kept in memory.'),
  'idle-max': WireInteger.pipe(z.number().min(10).max(604_800)).optional().describe('600 when absent.'),
}; // prettier-ignore

export const describeAnalytics = route({
  name: 'DescribeAnalytics',
  method: 'GET',
  path: base,
  summary: 'Describes what can be measured, by which fields, and in what units.',
  params: AccountParams,
  input: NoInput,
  reply: AnalyticsObject,
});

export const listInstrumentations = route({
  name: 'ListInstrumentations',
  method: 'GET',
  path: instrumentations,
  summary: 'Lists what the account measures, the oldest first.',
  params: AccountParams,
  input: NoInput,
  reply: z.array(InstrumentationObject),
  headers: { 'x-resource-count': 'Number of instrumentations.' },
});

export const createInstrumentation = route({
  name: 'CreateInstrumentation',
  method: 'POST',
  path: instrumentations,
  summary: "Begins to measure something in the account's instances.",
  description:
    'Whatever the predicate says, nothing but the account’s own instances is measured. With `clone` the rest of the input are changes to another instrumentation. ' +
    'An account has ten at most.',
  params: AccountParams,
  input: z.object({ module: z.string().max(32).optional(), stat: z.string().max(32).optional(), ...wanted, clone: z.string().optional() }),
  reply: InstrumentationObject,
  status: 201,
  headers: { Location: 'Path of the instrumentation.' },
  errors: ['InvalidArgument', 'MissingParameter', 'QuotaExceeded'],
});

export const getInstrumentation = route({
  name: 'GetInstrumentation',
  method: 'GET',
  path: one,
  summary: 'Shows one instrumentation.',
  params: Params,
  input: NoInput,
  reply: InstrumentationObject,
});

export const cloneInstrumentation = route({
  name: 'CloneInstrumentation',
  method: 'POST',
  path: one,
  summary: 'Begins to measure the same again, with changes.',
  params: Params,
  input: z.object({ action: z.literal('clone'), module: z.string().max(32).optional(), stat: z.string().max(32).optional(), ...wanted }),
  reply: InstrumentationObject,
  headers: { Location: 'Path of the new instrumentation.' },
  errors: ['InvalidArgument', 'MissingParameter', 'QuotaExceeded'],
});

export const deleteInstrumentation = route({
  name: 'DeleteInstrumentation',
  method: 'DELETE',
  path: one,
  summary: 'Ends an instrumentation.',
  params: Params,
  input: NoInput,
  status: 204,
});

const Second = WireInteger.pipe(z.number().min(0).max(9_999_999_999));
/** Two of the three say what is asked for; three must agree; none: what was measured last. */
const times = {
  start_time: Second.optional().describe('s since 1970.'),
  end_time: Second.optional().describe('s since 1970; the first second that is not asked for.'),
  duration: WireInteger.pipe(z.number().min(1).max(windowSeconds)).optional().describe('Seconds.'),
  timeout: WireInteger.pipe(z.number().min(0).max(5_000)).default(5_000).describe('How long to wait for a second that is not over, ms.'),
};

const timesAnswered = {
  start_time: z.number().int(),
  duration: z.number().int(),
  end_time: z.number().int(),
  requested_start_time: z.number().int(),
  requested_duration: z.number().int(),
  requested_end_time: z.number().int(),
  nsources: z.number().int().describe('Servers that are to measure it.'),
  minreporting: z.number().int().describe('Fewest servers heard in any of those seconds.'),
};

const Names = z.record(z.string(), z.record(z.string(), z.string()));
const Ranges = z.array(z.tuple([z.tuple([z.number(), z.number()]), z.number()]));

const RawValue = z.object({
  value: z
    .union([z.number(), Ranges, z.record(z.string(), z.union([z.number(), Ranges]))])
    .describe(
      'A number; by key when decomposed by a discrete field; lists of `[[low, high], count]` when by a numeric one, `high` being the first that is not in it.',
    ),
  transformations: Names,
  ...timesAnswered,
});
export type RawValue = z.infer<typeof RawValue>;

const transformations = WireList(4).default([]).describe('`vm`: names of instances, beside the values.');

export const getInstrumentationValue = route({
  name: 'GetInstrumentationValue',
  method: 'GET',
  path: `${one}/value/raw`,
  summary: 'Shows what was measured in some seconds, added up; the last one unless told.',
  description: 'With `ndatapoints`, a list of so many of them one after the other.',
  params: Params,
  input: z.object({ ...times, ndatapoints: WireInteger.pipe(z.number().min(1).max(windowSeconds)).optional(), transformations }),
  reply: z.union([RawValue, z.array(RawValue)]),
  errors: ['InvalidArgument'],
});

/** Keys that a picture can have in hues of their own. */
export const mostHues = 32;

const pixels = WireInteger.pipe(z.number().min(10).max(1_000));
const bound = WireInteger.pipe(z.number().min(0).max(1e12));
const picture = {
  ...times,
  height: pixels.default(300),
  width: pixels.default(600),
  ymin: bound.default(0),
  ymax: bound.optional().describe('What the data need when absent.'),
  nbuckets: WireInteger.pipe(z.number().min(1).max(100)).default(100).describe('Rows.'),
  selected: WireList(mostHues).default([]).describe('Keys that are drawn in hues of their own.'),
  isolate: WireBoolean.default(false).describe('Only the selected.'),
  exclude: WireBoolean.default(false).describe('All but the selected.'),
  decompose_all: WireBoolean.default(false).describe(`Every key in a hue of its own; of more than ${mostHues} the largest.`),
  hues: WireList(mostHues + 1)
    .default([])
    .describe('Degrees of the colour circle, one for each that is drawn.'),
  weights: z.enum(['count', 'weight']).default('count').describe('`weight`: counts times values, where the time went.'),
  coloring: z.enum(['rank', 'linear']).default('rank'),
  transformations,
};

const shape = { nbuckets: z.number().int(), width: z.number().int(), height: z.number().int(), ymin: z.number(), ymax: z.number() };

export const HeatmapImage = z.object({
  image: z.string().describe('PNG, base64.'),
  ...shape,
  present: z.array(z.string()).describe('Keys that occur.'),
  transformations: Names,
  ...timesAnswered,
});
export type HeatmapImage = z.infer<typeof HeatmapImage>;

export const getInstrumentationHeatmap = route({
  name: 'GetInstrumentationHeatmap',
  method: 'GET',
  path: `${one}/value/heatmap/image`,
  summary: 'Draws what was measured in the last minute, or in the seconds asked for.',
  params: Params,
  input: z.object(picture),
  reply: HeatmapImage,
  errors: ['InvalidArgument'],
});

export const HeatmapDetails = z.object({
  bucket_time: z.number().int(),
  bucket_ymin: z.number(),
  bucket_ymax: z.number(),
  present: z.record(z.string(), z.number().int()),
  total: z.number().int(),
  ...shape,
  transformations: Names,
  ...timesAnswered,
});
export type HeatmapDetails = z.infer<typeof HeatmapDetails>;

export const getInstrumentationHeatmapDetails = route({
  name: 'GetInstrumentationHeatmapDetails',
  method: 'GET',
  path: `${one}/value/heatmap/details`,
  summary: 'Says what lies at one point of the picture, by key.',
  params: Params,
  input: z.object({
    ...picture,
    x: WireInteger.pipe(z.number().min(0).max(999)).describe('Pixels from the left.'),
    y: WireInteger.pipe(z.number().min(0).max(999)).describe('Pixels from the top.'),
  }),
  reply: HeatmapDetails,
  errors: ['InvalidArgument', 'MissingParameter'],
});
