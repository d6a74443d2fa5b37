/**
 * What can go wrong on a node. One table for all back ends; the parsing of a program's messages stays inside its driver, the mapping to
 * the codes that callers see stays in the agent.
 */
export const driverErrorCodes = {
  /** The thing asked about is not there. */
  NotFound: { retryable: false },
  /** Something else of that name is in the way. */
  Exists: { retryable: false },
  /** The state of the thing does not allow it. */
  Conflict: { retryable: false },
  /** In use just now; the same call may succeed in a moment. */
  Busy: { retryable: true },
  NoSpace: { retryable: false },
  Quota: { retryable: false },
  /** More is stored than the size asked for would hold. */
  TooSmall: { retryable: false },
  /** The deadline passed. Says nothing about whether the act happened. */
  Timeout: { retryable: true },
  /** This back end cannot do it here; `probe()` says why. */
  Unsupported: { retryable: false },
  /** The wanted spec makes no sense to this back end. */
  Invalid: { retryable: false },
  /** Bytes are not what their digest says. */
  Integrity: { retryable: false },
  /** Something the driver needs (pool, daemon, device) does not answer. */
  Unavailable: { retryable: true },
  Internal: { retryable: false },
} as const satisfies Record<string, { retryable: boolean }>;

export type DriverErrorCode = keyof typeof driverErrorCodes;

export interface DriverErrorDetail {
  /** Which step of the driver failed, kebab-case: `clone-root`, `start-container`. */
  readonly step?: string;
  /** The end of what the program said; cut to 4 KiB. */
  readonly stderr?: string;
  readonly cause?: unknown;
  /** Only where the code's own answer is wrong for this case. */
  readonly retryable?: boolean;
}

const stderrTailBytes = 4096;

/** The only error a driver throws on purpose. */
export class DriverError extends Error {
  readonly retryable: boolean;
  readonly step: string | undefined;
  readonly stderr: string | undefined;

  constructor(
    readonly code: DriverErrorCode,
    message: string,
    detail: DriverErrorDetail = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'DriverError';
    this.retryable = detail.retryable ?? driverErrorCodes[code].retryable;
    this.step = detail.step;
    this.stderr = detail.stderr?.slice(-stderrTailBytes);
  }
}

/** The refusal of a quota that is less than what is stored: the same words from every back end. */
export function tooSmall(usedBytes: number, quotaGiB: number, cause?: unknown): DriverError {
  const usedGiB = (usedBytes / 1024 ** 3).toFixed(1);
  return new DriverError('TooSmall', `${usedGiB} GiB are stored in it, and the quota would be ${quotaGiB} GiB`, {
    step: 'set-quota',
    cause,
  });
}

/** Anything thrown as a DriverError: itself, or `Internal` with the original as cause. */
export function toDriverError(thrown: unknown, step?: string): DriverError {
  if (thrown instanceof DriverError) return thrown;
  return new DriverError('Internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown, step });
}
