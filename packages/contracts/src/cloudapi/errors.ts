import { errorTable, type ErrorCode } from '../errors';

/**
 * Error codes as CloudAPI has published them, by ours. Clients compare some of them letter by letter. A busy or silent service looks the
 * same to a customer, and a code that only services use among themselves is an internal error here.
 */
export const wireErrors = {
  InvalidArgument: { code: 'InvalidArgument', when: 'A parameter has a value that is not accepted.' },
  MissingParameter: { code: 'MissingParameter', when: 'A required parameter is absent.' },
  ValidationFailed: { code: 'ValidationFailed', when: 'Fields are wrong; `errors` names each of them.' },
  InvalidContent: { code: 'InvalidContent', when: 'The body does not parse as its Content-Type says.' },
  InvalidHeader: {
    code: 'InvalidHeader',
    when: 'The Authorization header does not parse, a signed header is missing, or the clock is off by more than 300 s.',
  },
  InvalidVersion: { code: 'InvalidVersion', when: 'No version of the API satisfies Accept-Version.' },
  RequestExpired: { code: 'RequestExpired', when: 'The Date of a request without a signature is too old.' },
  InvalidCredentials: {
    code: 'InvalidCredentials',
    when: 'No signature, or one whose account, key or signature is not right; which of them is not said.',
  },
  NotAuthorized: { code: 'NotAuthorized', when: 'The signer is known and may not do this; or the account is disabled.' },
  QuotaExceeded: { code: 'NotAuthorized', when: "The account's limit would be passed." },
  ResourceNotFound: { code: 'ResourceNotFound', when: "It does not exist, or is another account's." },
  MethodNotAllowed: { code: 'MethodNotAllowedError', when: 'The path exists, the method does not; `Allow` lists those that do.' },
  NotAcceptable: { code: 'NotAcceptableError', when: 'Nothing in Accept can be served; JSON can.' },
  Gone: { code: 'Gone', when: 'It has been destroyed. For an instance the body is the instance itself.' },
  InUse: { code: 'InUseError', when: 'The name or address is taken, or something still uses it.' },
  Conflict: { code: 'Conflict', when: 'Its present state does not allow this; try again when it has changed.' },
  Fenced: { code: 'InternalError', when: 'Never: services use it among themselves.' },
  KeyRequired: { code: 'KeyRequired', when: 'The account has no SSH key, without which nobody could log in.' },
  UnallocatedVM: { code: 'UnallocatedVM', when: 'The instance is still being provisioned.' },
  MachineStopped: { code: 'MachineStoppedError', when: 'The instance does not run.' },
  UpgradeRequired: { code: 'UpgradeRequiredError', when: 'This is a WebSocket, and the request asks for none.' },
  CannotDestroyMachine: { code: 'CannotDestroyMachineError', when: 'Deletion protection is on.' },
  PreconditionFailed: { code: 'PreconditionFailed', when: 'A condition of the request does not hold.' },
  RequestEntityTooLarge: { code: 'RequestEntityTooLargeError', when: 'The body is larger than the limit.' },
  UnsupportedMediaType: { code: 'UnsupportedMediaTypeError', when: 'The Content-Type cannot be read here.' },
  IdempotencyMismatch: { code: 'IdempotencyMismatch', when: 'The Idempotency-Key was used within 24 h for another request.' },
  TooManyRequests: { code: 'RequestThrottled', when: 'Too many requests in a short time; wait for the seconds in Retry-After.' },
  Unsupported: { code: 'NotImplementedError', when: 'This installation does not offer it.' },
  InternalError: { code: 'InternalError', when: 'Something went wrong on our side.' },
  InsufficientCapacity: { code: 'InsufficientCapacity', when: 'No server has room for it.' },
  InsufficientDiskSpace: { code: 'InsufficientDiskSpace', when: 'It holds more data than the new size gives it.' },
  SubnetFull: { code: 'SubnetFull', when: 'A network has no free address left.' },
  ServiceUnavailable: { code: 'ServiceUnavailableError', when: 'Busy or under maintenance; try again after Retry-After.' },
  Timeout: { code: 'ServiceUnavailableError', when: 'A service took too long; whether it acted is not known.' },
} as const satisfies Record<ErrorCode, { code: string; when: string }>;

/** The published status: an internal code has the status of an internal error. */
export function wireStatus(code: ErrorCode): number {
  return code === 'Fenced' ? errorTable.InternalError.status : errorTable[code].status;
}
