import { z } from 'zod';
import { fields, type FieldName } from './metrics';

export const relations = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
export type Relation = (typeof relations)[number];

/**
 * Which events count. Cloud Analytics' grammar: `{}` is always true; `{eq: [field, constant]}` and the other relations; `{and: [p, p, …]}`
 * and `or` with at least two members. One key an object.
 */
export type Predicate =
  | { readonly [K in Relation]?: readonly [field: FieldName, constant: string | number] }
  | { readonly and: readonly Predicate[] }
  | { readonly or: readonly Predicate[] };

const maxDepth = 8;
const maxLeaves = 64;

/** Complaints name the part that is wrong. What is accepted can be compiled by every source. */
export const Predicate = z.unknown().transform((value, ctx): Predicate => {
  const budget = { leaves: maxLeaves };
  const problem = problemOf(value, 'predicate', maxDepth, budget);
  if (problem === undefined) return value as Predicate;
  ctx.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

function problemOf(value: unknown, at: string, depth: number, budget: { leaves: number }): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at} must be an object`;
  const keys = Object.keys(value);
  if (keys.length === 0) return at === 'predicate' ? undefined : `${at} must have a key`;
  if (keys.length > 1) return `${at} must have one key, not ${keys.length}`;
  const key = keys[0]!;
  const inner = (value as Record<string, unknown>)[key];
  if (key === 'and' || key === 'or') {
    if (!Array.isArray(inner) || inner.length < 2) return `${at}.${key} must be an array of at least two predicates`;
    if (depth === 0) return `${at} is nested too deeply`;
    for (const [n, member] of inner.entries()) {
      const problem = problemOf(member, `${at}.${key}[${n}]`, depth - 1, budget);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (!(relations as readonly string[]).includes(key)) return `${at}: ${key} is no relation`;
  if (--budget.leaves < 0) return `predicate has more than ${maxLeaves} comparisons`;
  return problemOfLeaf(key as Relation, inner, `${at}.${key}`);
}

function problemOfLeaf(relation: Relation, pair: unknown, at: string): string | undefined {
  if (!Array.isArray(pair) || pair.length !== 2) return `${at} must be [field, constant]`;
  const [name, constant] = pair as [unknown, unknown];
  if (typeof name !== 'string' || !Object.hasOwn(fields, name)) return `${at}: there is no field ${String(name)}`;
  const field = fields[name as FieldName];
  if (field.arity === 'numeric') {
    return Number.isSafeInteger(constant) && (constant as number) >= 0 ? undefined : `${at}: ${name} wants a whole number`;
  }
  if (typeof constant !== 'string' || !field.pattern.test(constant)) return `${at}: ${name} cannot be that`;
  return relation === 'eq' || relation === 'ne' ? undefined : `${at}: ${name} can only be compared by eq and ne`;
}

/** The fields that a predicate speaks of. */
export function fieldsOf(predicate: Predicate): FieldName[] {
  if ('and' in predicate) return predicate.and.flatMap(fieldsOf);
  if ('or' in predicate) return predicate.or.flatMap(fieldsOf);
  return Object.values(predicate).map(([field]) => field);
}

/** One event, by the fields that are known of it. */
export type EventFields = { readonly [F in FieldName]?: string | number };

/** Whether an event counts. Of a field that the event lacks, no relation holds. */
export function holds(predicate: Predicate, event: EventFields): boolean {
  if ('and' in predicate) return predicate.and.every((member) => holds(member, event));
  if ('or' in predicate) return predicate.or.some((member) => holds(member, event));
  return Object.entries(predicate).every(([relation, [field, constant]]) => {
    const value = event[field];
    return value !== undefined && compare(relation as Relation, value, constant);
  });
}

function compare(relation: Relation, a: string | number, b: string | number): boolean {
  switch (relation) {
    case 'eq': return a === b;
    case 'ne': return a !== b;
    case 'lt': return a < b;
    case 'le': return a <= b;
    case 'gt': return a > b;
    case 'ge': return a >= b;
  } // prettier-ignore
}

/** The predicate with what is known of a field put in: true and false where that settles it. For servers, who know their own name. */
export function settle(predicate: Predicate, known: EventFields): Predicate | boolean {
  if ('and' in predicate || 'or' in predicate) {
    const isAnd = 'and' in predicate;
    const members = (isAnd ? predicate.and : predicate.or).map((member) => settle(member, known));
    if (members.includes(!isAnd)) return !isAnd;
    const open = members.filter((member): member is Predicate => typeof member !== 'boolean');
    if (open.length === 0) return isAnd;
    if (open.length === 1) return open[0]!;
    return isAnd ? { and: open } : { or: open };
  }
  const [leaf] = Object.entries(predicate);
  if (leaf === undefined) return true;
  const [relation, [field, constant]] = leaf;
  const value = known[field];
  return value === undefined ? predicate : compare(relation as Relation, value, constant);
}
