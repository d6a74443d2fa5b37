import { ServiceError, errorTable, type ErrorCode, type FieldError } from '@nereid/contracts/light';

/**
 * What the API said went wrong, with `context.requestId`, `context.status` and, when it said when to come back, `context.retryAfterSeconds`.
 * A code that this client does not know keeps its text under the nearest code of its status.
 */
export function asServiceError(status: number, text: string, context: Readonly<Record<string, unknown>>): ServiceError {
  const body = parseOrUndefined(text) as { code?: unknown; message?: unknown; errors?: FieldError[] } | undefined;
  const code = typeof body?.code === 'string' ? body.code : undefined;
  const message = typeof body?.message === 'string' ? body.message : `the answer has status ${status}`;
  const about = { context: { ...context, status }, ...(Array.isArray(body?.errors) && { errors: body.errors }) };
  if (code !== undefined && code in errorTable) return new ServiceError(code as ErrorCode, message, about);
  const nearest = (Object.keys(errorTable) as ErrorCode[]).find((known) => errorTable[known].status === status) ?? 'InternalError';
  return new ServiceError(nearest, code === undefined ? message : `${code}: ${message}`, about);
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
