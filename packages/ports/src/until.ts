import { SystemClock } from './ports/clock';

/**
 * For tests: asks until `look` answers something other than `undefined` or `false`; the answer is that.
 *
 * The deadline is for the test that would otherwise hang, not for the program under test: it is only ever waited for when the test fails,
 * so it is long enough for a machine that is busy with other things. What must be quick is shown by what did not happen before it (a timer
 * that was not needed, a task that was not sent again), never by a short deadline.
 * @throws Error naming `what`, after `withinMs` milliseconds
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 30_000,
): Promise<T> {
  const clock = new SystemClock();
  const giveUpAt = clock.monotonicMs() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (clock.monotonicMs() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await clock.sleep(5);
  }
}
