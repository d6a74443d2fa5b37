// No zod here: browsers take this file alone (see light.ts).

/**
 * Every error code that a boundary can show, with its HTTP status and whether the same request may succeed later.
 * Statuses are CloudAPI's (a bad argument is 409 there, not 400).
 * Source: CloudAPI docs, Errors.
 */
export const errorTable = {
  InvalidArgument: { status: 409, retry: false },
  MissingParameter: { status: 409, retry: false },
  ValidationFailed: { status: 409, retry: false },
  InvalidContent: { status: 400, retry: false },
  InvalidHeader: { status: 400, retry: false },
  InvalidVersion: { status: 400, retry: false },
  RequestExpired: { status: 400, retry: false },
  InvalidCredentials: { status: 401, retry: false },
  NotAuthorized: { status: 403, retry: false },
  QuotaExceeded: { status: 403, retry: false },
  ResourceNotFound: { status: 404, retry: false },
  MethodNotAllowed: { status: 405, retry: false },
  NotAcceptable: { status: 406, retry: false },
  Gone: { status: 410, retry: false },
  InUse: { status: 409, retry: false },
  Conflict: { status: 409, retry: false },
  Fenced: { status: 409, retry: false },
  KeyRequired: { status: 409, retry: false },
  UnallocatedVM: { status: 409, retry: false },
  MachineStopped: { status: 400, retry: false },
  UpgradeRequired: { status: 400, retry: false },
  CannotDestroyMachine: { status: 409, retry: false },
  PreconditionFailed: { status: 412, retry: false },
  RequestEntityTooLarge: { status: 413, retry: false },
  UnsupportedMediaType: { status: 415, retry: false },
  IdempotencyMismatch: { status: 422, retry: false },
  TooManyRequests: { status: 429, retry: true },
  Unsupported: { status: 501, retry: false },
  InternalError: { status: 500, retry: false },
  InsufficientCapacity: { status: 503, retry: false },
  InsufficientDiskSpace: { status: 409, retry: false },
  SubnetFull: { status: 503, retry: false },
  ServiceUnavailable: { status: 503, retry: true },
  Timeout: { status: 503, retry: true },
} as const satisfies Record<string, { status: number; retry: boolean }>;

export type ErrorCode = keyof typeof errorTable;

/** One complaint about one field, as CloudAPI's `errors[]` shows it. */
export interface FieldError {
  field: string;
  code: (typeof fieldErrorCodes)[number];
  message: string;
}
export const fieldErrorCodes = ['Invalid', 'Missing', 'Duplicate', 'InsufficientCapacity', 'UsedBy'] as const;

/** An error as it travels in a bus reply or an HTTP body. */
export interface WireError {
  code: ErrorCode;
  message: string;
  errors?: FieldError[] | undefined;
}

export interface ErrorDetail {
  /** Complaints by field; shown to the caller. */
  readonly errors?: readonly FieldError[];
  /** For operators: goes to the log and to the job, never to a customer. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * What services throw. `message` is for the customer: what is wrong and what to do next; `context` and `cause` stay with operators.
 */
export class ServiceError extends Error {
  readonly errors: readonly FieldError[] | undefined;
  readonly context: Readonly<Record<string, unknown>> | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    detail: ErrorDetail = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'ServiceError';
    this.errors = detail.errors;
    this.context = detail.context;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get mayRetry(): boolean {
    return errorTable[this.code].retry;
  }

  toWire(): WireError {
    return { code: this.code, message: this.message, ...(this.errors && { errors: [...this.errors] }) };
  }

  static fromWire(wire: WireError): ServiceError {
    return new ServiceError(wire.code, wire.message, wire.errors ? { errors: wire.errors } : {});
  }
}

/** A field's complaint as a whole error: `ValidationFailed` with one entry. */
export function invalidField(field: string, message: string, code: FieldError['code'] = 'Invalid'): ServiceError {
  return new ServiceError('ValidationFailed', message, { errors: [{ field, code, message }] });
}

/** The error for anything thrown: a ServiceError as it is, all else an InternalError whose text is withheld from callers. */
export function toServiceError(thrown: unknown): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  return new ServiceError('InternalError', 'Something went wrong on our side; try again, and quote the request id if it stays.', {
    cause: thrown,
  });
}
