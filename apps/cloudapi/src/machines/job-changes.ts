import { Bus, type Stop } from '@nereid/bus';
import { jobHint, jobStepHint, type AccountId, type JobId } from '@nereid/contracts';
import { CLOCK } from '@nereid/platform';
import { type Clock } from '@nereid/ports';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

/** Requests of one account that may be held back at a time; what comes beyond is answered at once. */
const mostPerAccount = 100;

/** Listens for word of one job, from when it is made until it is stopped. */
export class JobListener {
  private hasHeard = false;
  private isOver = false;
  private onWord: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    readonly stop: () => void,
  ) {}

  hear(): void {
    this.hasHeard = true;
    this.onWord?.();
  }

  /** Nobody waits for the answer any more. */
  end(): void {
    this.isOver = true;
    this.hear();
  }

  /** Resolves at the first word since the last call, and after `ms` at the latest. False: it is not worth another wait. */
  async next(ms: number): Promise<boolean> {
    if (!this.hasHeard && ms > 0) {
      const word = new AbortController();
      this.onWord = () => word.abort();
      await this.clock.sleep(ms, word.signal).catch(() => undefined);
      this.onWord = undefined;
    }
    const wasHeard = this.hasHeard;
    this.hasHeard = false;
    return wasHeard && !this.isOver;
  }
}

/** Word of jobs, for the requests that are held back until one has changed. */
@Injectable()
export class JobChanges implements OnModuleInit, OnModuleDestroy {
  private readonly listeners = new Map<JobId, Set<JobListener>>();
  private readonly counts = new Map<AccountId, number>();
  private stops: Stop[] = [];

  constructor(
    private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const tell = ({ job }: { job: JobId }): void => this.listeners.get(job)?.forEach((listener) => listener.hear());
    this.stops = [this.bus.onHint(jobHint, tell), this.bus.onHint(jobStepHint, tell)];
  }

  async onModuleDestroy(): Promise<void> {
    for (const listeners of this.listeners.values()) for (const listener of listeners) listener.end();
    await Promise.all(this.stops.map((stop) => stop()));
  }

  /** Begins to listen; undefined when the account has too many listeners already. */
  listen(job: JobId, account: AccountId): JobListener | undefined {
    const count = this.counts.get(account) ?? 0;
    if (count >= mostPerAccount) return undefined;
    this.counts.set(account, count + 1);
    const listeners = this.listeners.get(job) ?? new Set();
    this.listeners.set(job, listeners);
    const listener = new JobListener(this.clock, () => {
      if (!listeners.delete(listener)) return;
      if (listeners.size === 0 && this.listeners.get(job) === listeners) this.listeners.delete(job);
      const left = this.counts.get(account)! - 1;
      if (left === 0) this.counts.delete(account);
      else this.counts.set(account, left);
    });
    listeners.add(listener);
    return listener;
  }
}
