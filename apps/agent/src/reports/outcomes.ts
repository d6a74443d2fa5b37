import { taskFinished, type TaskId, type TaskOutcome } from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { Journal } from '../journal/journal';
import type { Log } from '../log';
import type { NodeBus } from '../node-bus';

const shortestMs = 500;
const longestMs = 30_000;

/** Says how tasks ended until somebody has written it down. */
export class OutcomeReports {
  private sending = false;
  private again = false;
  private delayMs = shortestMs;
  private cancelRetry: (() => void) | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly bus: NodeBus,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  start(signal: AbortSignal): void {
    this.bus.onReconnect(() => this.kick());
    signal.addEventListener('abort', () => this.cancelRetry?.(), { once: true });
    this.kick();
  }

  /** Says what waits, now. */
  kick(): void {
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    this.delayMs = shortestMs;
    void this.sendAll();
  }

  private async sendAll(): Promise<void> {
    if (this.sending) {
      this.again = true;
      return;
    }
    this.sending = true;
    let failed = false;
    do {
      this.again = false;
      const waiting = this.journal.unacknowledged();
      // A few at a time: after a long loss of the bus there may be hundreds.
      for (let at = 0; at < waiting.length; at += 16) {
        const results = await Promise.all(waiting.slice(at, at + 16).map(({ task, outcome }) => this.send(task.taskId, outcome!)));
        if (results.includes(false)) failed = true;
      }
    } while (this.again);
    this.sending = false;
    if (failed) {
      this.cancelRetry = this.clock.after(this.delayMs, () => void this.sendAll());
      this.delayMs = Math.min(longestMs, this.delayMs * 2);
    } else {
      this.delayMs = shortestMs;
    }
  }

  private async send(taskId: TaskId, outcome: TaskOutcome): Promise<boolean> {
    try {
      await this.bus.report(taskFinished, { taskId, outcome });
      await this.journal.acknowledge(taskId);
      return true;
    } catch (err) {
      this.log.debug({ err, taskId }, 'nobody took the outcome of a task yet');
      return false;
    }
  }
}
