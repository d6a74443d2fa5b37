import type { Clock } from '@nereid/ports';
import type { FastifyInstance } from 'fastify';
import type { Answer } from '../http/call';

const keptMs = 600_000; // a signature is good for 300 s before and after the client's date
const capacity = 20_000;

/**
 * Remembers the answers to changes whose signature covers the date alone. Such a request can be captured and sent again, and nothing
 * in it tells the two apart; so the same bytes get the first one's answer and change nothing. A failed first may be tried again.
 */
export class Replays {
  private readonly kept = new Map<string, { answer: Promise<Answer>; untilMs: number }>();

  constructor(private readonly clock: Clock) {}

  once(key: string, act: () => Promise<Answer>): Promise<Answer> {
    const nowMs = this.clock.monotonicMs();
    this.forget(nowMs);
    const earlier = this.kept.get(key);
    if (earlier) return earlier.answer;
    const answer = act();
    this.kept.set(key, { answer, untilMs: nowMs + keptMs });
    answer.catch(() => this.kept.delete(key));
    return answer;
  }

  /** Entries are in the order of time, so only the oldest need a look. */
  private forget(nowMs: number): void {
    for (const [key, { untilMs }] of this.kept) {
      if (untilMs > nowMs && this.kept.size < capacity) return;
      this.kept.delete(key);
    }
  }
}

const byServer = new WeakMap<FastifyInstance, Replays>();

export function rememberReplays(server: FastifyInstance, kept: Replays): void {
  byServer.set(server, kept);
}

export function replays(server: FastifyInstance): Replays {
  const kept = byServer.get(server);
  if (!kept) throw new Error('the door was not set up');
  return kept;
}
