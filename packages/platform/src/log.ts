import { pino, type Logger } from 'pino';
import { currentContext } from './context';
import { redacted, redactedText } from './redact';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** A logger of JSON lines: `log.info({ vm }, 'what happened')`. */
export type Log = Logger;

/**
 * A logger that writes JSON lines to stderr (or `write`, in tests). Written at once, so that the last words of a crash are not lost.
 * Each line carries the current context; what looks like a secret is masked.
 */
export function makeLog(options: { level?: LogLevel; app?: string; write?: (line: string) => void } = {}): Log {
  const destination = options.write ? { write: options.write } : pino.destination({ dest: 2, sync: true });
  return pino(
    {
      level: options.level ?? 'info',
      base: options.app === undefined ? {} : { app: options.app },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: currentContext,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redacted(fields) as Record<string, unknown>,
      },
      serializers: { err: (value: unknown) => value }, // `redacted` has made it plain already
      hooks: {
        logMethod(args, method) {
          const safe = args.map((arg) => (typeof arg === 'string' ? redactedText(arg) : arg)) as typeof args;
          method.apply(this, safe);
        },
      },
    },
    destination,
  );
}
