import type { TaskContext } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import type { Journal } from '../journal/journal';
import type { AcceptedTask } from '../journal/records';
import type { CrashPoint } from '../ports/crash-point';
import type { StepName } from './task-steps';

/** One task while it runs: its context for the driver, and its steps as the journal sees them. */
export class TaskRun {
  /** How long each step took. */
  readonly stepMs: Record<string, number> = {};

  constructor(
    readonly task: AcceptedTask,
    readonly ctx: TaskContext,
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly crash: CrashPoint,
  ) {}

  /** Does one step. Steps are safe to repeat: after a crash the whole task is done again from its first step. */
  async step<T>(name: StepName, act: () => Promise<T>): Promise<T> {
    this.ctx.signal.throwIfAborted();
    const began = this.clock.monotonicMs();
    await this.crash.reach(`${this.task.kind}/${name}/before-act`);
    const result = await act();
    await this.crash.reach(`${this.task.kind}/${name}/after-act`);
    // Only tests that kill the agent here need the record written before going on; it says how far a task came, correctness does not lean on it.
    const recorded = this.journal.stepDone(this.task.taskId, name);
    if (this.crash.isArmed) await recorded;
    else recorded.catch(() => undefined); // the outcome's own append throws the same, where it matters
    await this.crash.reach(`${this.task.kind}/${name}/after-record`);
    this.stepMs[name] = Math.round((this.clock.monotonicMs() - began) * 10) / 10;
    return result;
  }

  /** Does steps that do not need each other side by side. All have ended when this resolves or throws: the lock must outlast every one. */
  async together(steps: readonly Promise<unknown>[]): Promise<void> {
    const ended = await Promise.allSettled(steps);
    const failed = ended.find((it) => it.status === 'rejected');
    if (failed) throw failed.reason instanceof Error ? failed.reason : new Error(String(failed.reason));
  }
}
