import { FieldError, ServiceError, cloudapi, errorTable, type ErrorCode } from '@nereid/contracts';
import { z } from 'zod';

const codes = Object.keys(errorTable) as ErrorCode[];
const Complaint = z.looseObject({ code: z.string(), message: z.string(), errors: z.array(FieldError).optional().catch(undefined) });

/**
 * What the API said went wrong, under our code of it. A code that this client does not know keeps its text under the nearest code of its
 * status.
 */
export function asError(status: number, body: unknown, requestId: string | undefined): ServiceError {
  const context = { status, requestId };
  const said = Complaint.safeParse(body);
  const nearest = codes.find((code) => errorTable[code].status === status) ?? 'InternalError';
  if (!said.success) return new ServiceError(nearest, `status ${status}`, { context });
  const { code, message, errors } = said.data;
  const known = codes.find((each) => cloudapi.wireErrors[each].code === code && cloudapi.wireStatus(each) === status);
  return known
    ? new ServiceError(known, message, { ...(errors && { errors }), context })
    : new ServiceError(nearest, `${code}: ${message}`, { ...(errors && { errors }), context });
}
