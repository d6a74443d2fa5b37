import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CLOCK } from '@nereid/platform';
import type { Clock } from '@nereid/ports';

/** A second is believed complete this long after its end: servers speak all over the second after it, and the bus is quick. */
const closedAfterSeconds = 2;

/** Which seconds are over, and who waits for the next one. */
@Injectable()
export class Seconds implements OnModuleInit, OnApplicationShutdown {
  private readonly waiting = new Set<() => void>();
  private stop: (() => void) | undefined;

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  onModuleInit(): void {
    let told = this.head;
    this.stop = this.clock.every(100, () => {
      if (this.head === told) return;
      told = this.head;
      for (const wake of [...this.waiting]) wake();
    });
  }

  onApplicationShutdown(): void {
    this.stop?.();
    for (const wake of [...this.waiting]) wake();
  }

  /** The second that is now. */
  get now(): number {
    return Math.floor(this.clock.nowMs() / 1_000);
  }

  /** The newest second that is closed. */
  get head(): number {
    return this.now - 1 - closedAfterSeconds;
  }

  /** Resolves when a second after `second` is closed, or after `waitMs`. */
  async until(second: number, waitMs: number): Promise<void> {
    if (waitMs <= 0 || this.head > second) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel();
        this.waiting.delete(wake);
        resolve();
      };
      const wake = (): void => (this.stop === undefined || this.head > second ? done() : undefined);
      const cancel = this.clock.after(waitMs, done);
      this.waiting.add(wake);
    });
  }
}
