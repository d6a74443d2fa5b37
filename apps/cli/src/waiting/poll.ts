import { usageError } from '../cli-error';
import type { Context } from '../context';
import type { Given } from '../command/spec';
import { Patience, type WaitedFor } from './patience';

export interface Polling<T> extends WaitedFor {
  readonly ask: () => Promise<T>;
  readonly isDone: (answer: T) => boolean;
}

/** Between two questions where nothing tells of a change: soon at first, since most things here take less than a second. */
export const pauses = { firstMs: 100, longestMs: 1000 };

/**
 * Asks until the answer is right: for what no changefeed tells of, as images.
 * @throws CliError `Timeout` it took too long; exit 130 when it was interrupted, with how to go on
 */
export async function poll<T>(context: Context, { ask, isDone, ...waitedFor }: Polling<T>): Promise<T> {
  const patience = new Patience(context, waitedFor);
  try {
    for (let pauseMs = pauses.firstMs; ; pauseMs = Math.min(2 * pauseMs, pauses.longestMs)) {
      const answer = await ask();
      if (isDone(answer)) return answer;
      await context.clock.sleep(pauseMs, patience.signal);
    }
  } finally {
    patience.close();
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
