import type { Clock } from './ports/clock';
import type { Ids } from './ports/ids';
import type { Random } from './ports/random';
import type { RunOptions, RunResult, Runner } from './ports/runner';

/** A clock that stands still until a test moves it. */
export class SteppedClock implements Clock {
  private now = 0;
  private readonly timers: { at: number; act: () => void; everyMs?: number }[] = [];

  constructor(private readonly startMs = 1_700_000_000_000) {}

  nowMs(): number {
    return this.startMs + this.now;
  }

  monotonicMs(): number {
    return this.now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.after(ms, resolve);
      signal?.addEventListener('abort', () => {
        cancel();
        reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
      });
    });
  }

  after(ms: number, act: () => void): () => void {
    return this.add({ at: this.now + ms, act });
  }

  every(ms: number, act: () => void): () => void {
    return this.add({ at: this.now + ms, act, everyMs: ms });
  }

  /** Moves time on, running what falls due in order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      const next = this.timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.now = next.at;
      if (next.everyMs === undefined) this.timers.splice(this.timers.indexOf(next), 1);
      else next.at += next.everyMs;
      next.act();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.now = until;
  }

  private add(timer: { at: number; act: () => void; everyMs?: number }): () => void {
    this.timers.push(timer);
    return () => {
      const index = this.timers.indexOf(timer);
      if (index >= 0) this.timers.splice(index, 1);
    };
  }
}

/** Ids that count: the first is …000000000001. */
export class CountingIds implements Ids {
  private count = 0;

  random(): string {
    return `00000000-0000-4000-8000-${(++this.count).toString(16).padStart(12, '0')}`;
  }

  sorted(): string {
    return `00000000-0000-7000-8000-${(++this.count).toString(16).padStart(12, '0')}`;
  }
}

/** The same choices every time (mulberry32). */
export class SeededRandom implements Random {
  constructor(private seed = 1) {}

  fraction(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => Math.floor(this.fraction() * 256)));
  }
}

/** Answers from a script and remembers what it was asked. */
export class ScriptedRunner implements Runner {
  readonly asked: string[][] = [];

  constructor(private readonly answer: (argv: readonly string[], options: RunOptions) => Partial<RunResult>) {}

  async run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> {
    this.asked.push([...argv]);
    return { code: 0, stdout: '', stderr: '', truncated: false, timedOut: false, ...this.answer(argv, options) };
  }
}
