import { CliError, exitCodes, usageError } from '../cli-error';
import type { Context } from '../context';
import type { Given } from '../command/spec';

export interface Polling<T> {
  /** For the message when it took too long: `instance ID states ["running"]`. */
  readonly what: string;
  /** Undefined: no limit. */
  readonly timeoutMs: number | undefined;
  readonly ask: () => Promise<T>;
  readonly isDone: (answer: T) => boolean;
  /** The command that goes on waiting, for who interrupts this one. */
  readonly follow?: string;
}

const firstPauseMs = 100;
const longestPauseMs = 1000;

/**
 * Asks until the answer is right, soon at first and then once a second: most things here take less than that.
 * @throws CliError `Timeout` it took too long; exit 130 when it was interrupted, with how to go on
 */
export async function poll<T>({ clock, terminal }: Context, { what, timeoutMs, ask, isDone, follow }: Polling<T>): Promise<T> {
  const startedMs = clock.monotonicMs();
  const interrupted = new AbortController();
  const undo = terminal.onInterrupt(() => {
    const next = follow === undefined ? [] : ['what was asked for goes on; follow it:', `  ${follow}`];
    interrupted.abort(new CliError(undefined, 'interrupted', { exit: exitCodes.interrupted, next }));
  });
  try {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const answer = await ask();
      if (isDone(answer)) return answer;
      const elapsedMs = clock.monotonicMs() - startedMs;
      if (timeoutMs !== undefined && elapsedMs >= timeoutMs) {
        const message = `timeout waiting for ${what} (elapsed ${Math.round(elapsedMs / 1000)}s)`;
        throw new CliError('Timeout', message, {
          exit: exitCodes.timeout,
          ...(follow !== undefined && { next: [`go on waiting: ${follow}`] }),
        });
      }
      await clock.sleep(timeoutMs === undefined ? pauseMs : Math.min(pauseMs, timeoutMs - elapsedMs), interrupted.signal);
    }
  } finally {
    undo();
  }
}

/** `--wait-timeout` in ms; 120 s unless told. @throws CliError `Usage` no number */
export function waitTimeoutMs({ values }: Given, unlessToldMs: number | undefined = 120_000): number | undefined {
  const text = values['wait-timeout']?.at(-1);
  if (text === undefined) return unlessToldMs;
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds <= 0) throw usageError(`--wait-timeout wants a number of seconds, not "${text}"`);
  return seconds * 1000;
}
