import { ServiceError, type FieldError } from '@nereid/contracts';
import type { z } from 'zod';

type Bag = Readonly<Record<string, unknown>>;

/** Parameters that any request may carry and no route takes as its own. */
const reserved = new Set(['as-role', 'role-tag', 'origin', 'sync']);

/** Query string and body as one map of parameters; the body wins. Only objects count as bodies. */
export function mergeInput(query: unknown, body: unknown): Bag {
  const merged: Record<string, unknown> = {};
  for (const source of [query, body]) {
    if (typeof source !== 'object' || source === null || Array.isArray(source)) continue;
    for (const [name, value] of Object.entries(source)) if (!reserved.has(name)) merged[name] = value;
  }
  return merged;
}

/**
 * Parses input by a contract.
 * @throws MissingParameter a required one is absent @throws InvalidArgument a value is not accepted; `errors` names each
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: Bag): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue): FieldError => {
    const field = issue.path.join('.') || ('keys' in issue && Array.isArray(issue.keys) ? issue.keys.join(', ') : 'body');
    const isMissing = issue.path.length > 0 && valueAt(input, issue.path) === undefined;
    return { field, code: isMissing ? 'Missing' : 'Invalid', message: isMissing ? `${field} is missing` : issue.message };
  });
  const message = errors.map((error) => (error.code === 'Missing' ? error.message : `${error.field}: ${error.message}`)).join('; ');
  throw new ServiceError(errors.some((error) => error.code === 'Missing') ? 'MissingParameter' : 'InvalidArgument', message, { errors });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<PropertyKey, unknown> | undefined)?.[name], input);
}
