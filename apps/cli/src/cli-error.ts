/** Exit codes, as the help of the command lists them. `TRITON_COMPAT=1` leaves 0, 1 and 3. */
export const exitCodes = { failed: 1, usage: 2, notFound: 3, timeout: 4, refused: 5, interrupted: 130 } as const;

export interface CliErrorDetail {
  readonly exit?: number;
  /** Complaints by field, one line each. */
  readonly fields?: readonly { readonly field: string; readonly code: string; readonly message?: string }[];
  /** Synopsis of the command that was used wrongly. */
  readonly usage?: string;
  /** What to do next; a line each. */
  readonly next?: readonly string[];
  readonly requestId?: string;
  readonly cause?: unknown;
}

/** Whatever ends a command badly. `code` is the API's or one of our own; a failure without a code has none to show. */
export class CliError extends Error {
  readonly exit: number;

  constructor(
    readonly code: string | undefined,
    message: string,
    readonly detail: CliErrorDetail = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'CliError';
    this.exit = detail.exit ?? exitCodes.failed;
  }
}

/** The command was not understood. */
export function usageError(message: string, detail: CliErrorDetail = {}, code = 'Usage'): CliError {
  return new CliError(code, message, { exit: exitCodes.usage, ...detail });
}

/** What was looked up by name or id is not there. */
export function notFound(message: string, detail: CliErrorDetail = {}): CliError {
  return new CliError('ResourceNotFound', message, { exit: exitCodes.notFound, ...detail });
}

/**
 * The error's lines on stderr. `program` is the command as it is shown: `nereid instance get`.
 * The first line is the triton command's, which scripts read; what follows it is ours.
 */
export function errorLines(program: string, error: unknown, isVerbose = false): string[] {
  const known = error instanceof CliError ? error : undefined;
  const message = isVerbose && error instanceof Error ? (error.stack ?? error.message) : (error as Error).message;
  const { fields = [], usage, next = [], requestId } = known?.detail ?? {};
  return [
    `${program}: error${known?.code === undefined ? '' : ` (${known.code})`}: ${message}`,
    ...fields.map((field) => `    ${field.field}: ${field.code}${field.message === undefined ? '' : `: ${field.message}`}`),
    ...(usage === undefined ? [] : [`usage: ${usage}`]),
    ...next.map((line) => `    ${line}`),
    ...(requestId === undefined ? [] : [`    request id: ${requestId}`]),
  ];
}
