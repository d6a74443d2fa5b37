import { beat, type ServerId } from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { NodeBus } from '../node-bus';

/** Says "I live" at its own pace, whatever else is going on. Lost beats are not repeated: the next one says the same. */
export function startBeats(
  options: { everyMs: number; server: ServerId; boot: number; seq: () => number; unacknowledged: () => number },
  bus: NodeBus,
  clock: Clock,
  signal: AbortSignal,
): void {
  const say = (): void => {
    bus.report(beat, { b: options.boot, q: options.seq(), u: options.unacknowledged() }).catch(() => undefined);
  };
  say();
  // Thousands of agents started together must not beat together: each begins somewhere in the first period, by its id.
  const offset = (parseInt(options.server.slice(0, 8), 16) / 0x1_0000_0000) * options.everyMs;
  let stop = clock.after(offset, () => {
    say();
    stop = clock.every(options.everyMs, say);
  });
  signal.addEventListener('abort', () => stop(), { once: true });
}
