import type { Caller, RequestId } from '@nereid/contracts';

/** One message seen from one end, as metrics count it. */
export interface Hop {
  /** Ids are taken out: `agent.v1.*.task.run`, so that the number of series stays bounded. */
  readonly subject: string;
  readonly side: 'caller' | 'handler' | 'publisher' | 'listener';
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  readonly ms: number;
}

/** Where the bus writes what an operator should know. */
export interface BusLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** What the surroundings may hang on a bus; all optional. */
export interface BusHooks {
  readonly log?: BusLog;
  /** Told of every call, handler and publication when it has ended. */
  readonly onHop?: (hop: Hop) => void;
  /** Runs a handler inside the caller's context (request id in log lines, for example). */
  readonly around?: <T>(about: { subject: string; requestId: RequestId | undefined; caller: Caller | undefined }, run: () => T) => T;
}

function line(level: string, fields: Record<string, unknown>, message: string): void {
  const error = fields.err instanceof Error ? { err: { message: fields.err.message, stack: fields.err.stack } } : {};
  process.stderr.write(`${JSON.stringify({ level, ...fields, ...error, msg: message })}\n`);
}

/** JSON lines on stderr, for programs without a logger of their own. */
export const stderrLog: BusLog = {
  info: () => undefined,
  warn: (fields, message) => line('warn', fields, message),
  error: (fields, message) => line('error', fields, message),
};
