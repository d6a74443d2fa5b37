import { z } from 'zod';
import * as plain from './service-error';

export { errorTable, invalidField, ServiceError, toServiceError, type ErrorDetail } from './service-error';

export type ErrorCode = plain.ErrorCode;
export const ErrorCode = z.enum(Object.keys(plain.errorTable) as [ErrorCode, ...ErrorCode[]]);

export type FieldError = plain.FieldError;
export const FieldError = z.object({ field: z.string(), code: z.enum(plain.fieldErrorCodes), message: z.string() });

export type WireError = plain.WireError;
export const WireError = z.object({ code: ErrorCode, message: z.string(), errors: z.array(FieldError).optional() });

/** A zod complaint as a ServiceError that names each field. */
export function fromZodError(error: z.ZodError, what: string): plain.ServiceError {
  const errors = error.issues.map((issue) => ({
    field: issue.path.join('.') || what,
    code: issue.code === 'invalid_type' && issue.message.includes('undefined') ? ('Missing' as const) : ('Invalid' as const),
    message: issue.message,
  }));
  return new plain.ServiceError('ValidationFailed', `${what}: ${errors.map((e) => `${e.field}: ${e.message}`).join('; ')}`, { errors });
}
