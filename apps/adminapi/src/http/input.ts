import { ServiceError, type FieldError } from '@nereid/contracts';
import type { z } from 'zod';

/**
 * Parses a part of a request by its contract.
 * @throws ValidationFailed `errors` names each field that is wrong, `Missing` where it is absent
 */
export function parseInput(schema: z.ZodType, input: unknown, what: 'path' | 'query' | 'body'): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) => complaints(issue, input, what));
  throw new ServiceError('ValidationFailed', errors.map((error) => `${error.field}: ${error.message}`).join('; '), { errors });
}

function complaints(issue: z.core.$ZodIssue, input: unknown, what: string): FieldError[] {
  const at = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: [...at, key].join('.'), code: 'Invalid', message: 'is not known here' }));
  }
  const isMissing = at.length > 0 && valueAt(input, issue.path) === undefined;
  return [{ field: at.join('.') || what, code: isMissing ? 'Missing' : 'Invalid', message: isMissing ? 'is missing' : issue.message }];
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<PropertyKey, unknown> | null | undefined)?.[name], input);
}
