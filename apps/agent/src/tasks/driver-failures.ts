import { ServiceError, type ErrorCode, type TaskOutcome } from '@nereid/contracts';
import { DriverError, type DriverErrorCode } from '@nereid/driver';

/** The codes of drivers as callers see them. The one place where they are translated. */
const codes = {
  NotFound: 'ResourceNotFound',
  Exists: 'Conflict',
  Conflict: 'Conflict',
  Busy: 'ServiceUnavailable',
  NoSpace: 'InsufficientCapacity',
  Quota: 'InsufficientCapacity',
  TooSmall: 'InsufficientDiskSpace',
  Timeout: 'Timeout',
  Unsupported: 'Unsupported',
  Invalid: 'InvalidArgument',
  Integrity: 'InvalidContent',
  Unavailable: 'ServiceUnavailable',
  Internal: 'InternalError',
} as const satisfies Record<DriverErrorCode, ErrorCode>;

const longestMessage = 500;

/** How a task that threw has ended. A driver's message goes along, since jobs show it to operators; what programs printed stays in the node's log. */
export function toFailure(thrown: unknown): Extract<TaskOutcome, { state: 'failed' }> {
  if (thrown instanceof ServiceError) return { state: 'failed', error: thrown.toWire(), retryable: thrown.mayRetry };
  if (thrown instanceof DriverError) {
    const message = `${thrown.step === undefined ? '' : `${thrown.step}: `}${thrown.message}`.slice(0, longestMessage);
    return { state: 'failed', error: { code: codes[thrown.code], message }, retryable: thrown.retryable };
  }
  const message = `the node agent failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`.slice(0, longestMessage);
  return { state: 'failed', error: { code: 'InternalError', message }, retryable: false };
}

/** What is thrown to a caller who waits for the answer. */
export function toServiceFailure(thrown: unknown): ServiceError {
  return thrown instanceof ServiceError ? thrown : ServiceError.fromWire(toFailure(thrown).error);
}
