import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is right, and says what it was last when time is up. For conditions that nothing announces to a test. */
export async function eventually<T>(what: string, ask: () => Promise<T>, isRight: (answer: T) => boolean, withinMs = 60_000): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (performance.now() > giveUpAt) throw new Error(`${what}: still ${JSON.stringify(answer)} after ${withinMs} ms`);
    await sleep(50);
  }
}
