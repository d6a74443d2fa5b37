import pino, { type Logger } from 'pino';

/** Where the agent says what happens: JSON lines on stderr. Specs, metadata and credentials are never handed to it. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & { child(bindings: Record<string, unknown>): Log };

export function makeLog(level: string): Log {
  return pino(
    { level, base: { app: 'agent' }, timestamp: pino.stdTimeFunctions.isoTime, errorKey: 'err' },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** For tests. */
export function quietLog(): Log {
  return pino({ level: 'silent' });
}
