import { z } from 'zod';
import { AccountId, InstrumentationId, ServerId } from '../ids';
import { hint, rpc } from '../rpc';
import { Instant } from '../units';
import { FieldName } from './metrics';
import { Predicate } from './predicates';

const wanted = {
  module: z.string().max(32),
  stat: z.string().max(32),
  predicate: Predicate,
  decomposition: z.array(FieldName).max(2),
  idleMaxSeconds: z.number().int().min(10).max(604_800).nullable(),
};

/** What somebody wants measured. At most one discrete and one numeric field in the decomposition. */
export const InstrumentationWant = z.object({
  ...wanted,
  predicate: wanted.predicate.default({}),
  decomposition: wanted.decomposition.default([]),
  /** Deleted when nobody has read it for so long; `null`: never. */
  idleMaxSeconds: wanted.idleMaxSeconds.default(600),
});
export type InstrumentationWant = z.infer<typeof InstrumentationWant>;

/** What of it a clone has otherwise. */
export const InstrumentationChange = z.object(wanted).partial();
export type InstrumentationChange = z.infer<typeof InstrumentationChange>;

/** How an instrumentation fares on one server. */
export const Coverage = z.object({
  server: ServerId,
  state: z.enum(['on', 'starting', 'refused', 'silent']),
  /** Why it is refused there. */
  reason: z.string().optional(),
});
export type Coverage = z.infer<typeof Coverage>;

export const Instrumentation = z.object({
  id: InstrumentationId,
  /** The customer whose instances it is confined to; absent: an operator's, of everything. */
  account: AccountId.optional(),
  module: z.string(),
  stat: z.string(),
  predicate: Predicate,
  decomposition: z.array(FieldName),
  idleMaxSeconds: z.number().int().nullable(),
  createdAt: Instant,
  /** Operators only: on which servers it runs, and where and why not. */
  coverage: z.array(Coverage).optional(),
  /** Servers on which it is measured, and how many there are in its scope. */
  sources: z.object({ on: z.number().int(), wanted: z.number().int() }),
});
export type Instrumentation = z.infer<typeof Instrumentation>;

const Aim = z.object({ id: InstrumentationId, account: AccountId.optional() });

/**
 * Begins to measure. With `account` it is confined to that account's instances, whatever the predicate says.
 * @throws ValidationFailed the metric, a field or the predicate is not one of those there are
 * @throws QuotaExceeded the account has ten already
 */
export const createInstrumentation = rpc({
  subject: 'analytics.v1.instrumentations.create',
  request: z.object({ account: AccountId.optional(), want: InstrumentationWant }),
  reply: Instrumentation,
  timeoutMs: 5_000,
});

/** The same again, with changes. @throws ResourceNotFound @throws as create */
export const cloneInstrumentation = rpc({
  subject: 'analytics.v1.instrumentations.clone',
  request: Aim.extend({ change: InstrumentationChange }),
  reply: Instrumentation,
  timeoutMs: 5_000,
});

/** One instrumentation; with `account`, of that account alone. @throws ResourceNotFound */
export const getInstrumentation = rpc({
  subject: 'analytics.v1.instrumentations.get',
  request: Aim,
  reply: Instrumentation,
  timeoutMs: 3_000,
});

/** All of an account; without one all operators' and, with `all`, everybody's. */
export const listInstrumentations = rpc({
  subject: 'analytics.v1.instrumentations.list',
  request: z.object({ account: AccountId.optional(), all: z.boolean().default(false) }),
  reply: z.object({ instrumentations: z.array(Instrumentation) }),
  timeoutMs: 3_000,
});

/** Ends it. Safe to repeat. @throws ResourceNotFound it never was, or is another's */
export const deleteInstrumentation = rpc({
  subject: 'analytics.v1.instrumentations.delete',
  request: Aim,
  reply: z.object({ deleted: z.literal(true) }),
  timeoutMs: 3_000,
});

/** The set of instrumentations changed: every process of analytics reads it again. */
export const instrumentationsHint = hint('analytics', 'instrumentations', z.object({ id: InstrumentationId }));
