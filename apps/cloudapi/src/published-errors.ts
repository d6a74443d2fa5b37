import { ServiceError, type ErrorCode } from '@nereid/contracts';

/** Where a service's error means that a parameter was wrong, CloudAPI says `InvalidArgument`. */
export async function asInvalidArgument<T>(codes: readonly ErrorCode[], work: Promise<T>, field?: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ServiceError) || !codes.includes(error.code)) throw error;
    const errors = error.errors ?? (field ? [{ field, code: 'Invalid' as const, message: error.message }] : undefined);
    throw new ServiceError('InvalidArgument', error.message, { ...(errors && { errors }), cause: error });
  }
}

/** @throws InvalidArgument naming the field */
export function invalidArgument(field: string, message: string): ServiceError {
  return new ServiceError('InvalidArgument', message, { errors: [{ field, code: 'Invalid', message }] });
}

/** @throws MissingParameter naming the field */
export function missingParameter(field: string): ServiceError {
  const message = `${field} is missing`;
  return new ServiceError('MissingParameter', message, { errors: [{ field, code: 'Missing', message }] });
}
