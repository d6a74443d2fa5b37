import {
  instanceOfTask,
  nodeTaskKinds,
  ServiceError,
  type NodeTaskKind,
  type TaskId,
  type TaskOutcome,
  type taskRun,
  type VmId,
} from '@nereid/contracts';
import { deadlineIn } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import type { z } from 'zod';
import type { Journal } from '../journal/journal';
import type { AcceptedTask } from '../journal/records';
import type { Log } from '../log';
import type { CrashPoint } from '../ports/crash-point';
import { toFailure } from './driver-failures';
import { KeyedMutex } from './keyed-mutex';
import { Slots } from './slots';
import { TaskRun } from './task-run';
import { works, type Workbench } from './work';

export type TaskRequest = z.output<typeof taskRun.request>;
export type TaskReply = z.output<typeof taskRun.reply>;

export interface EngineOptions {
  /** Tasks that act at the same time; more wait. */
  readonly parallel: number;
  /** An outcome within this is the reply itself; later, the reply is `accepted`. */
  readonly replyWithinMs: number;
}

export interface EngineListener {
  /** A task of this instance began or ended: what is seen of it may have changed. */
  touched(vm: VmId): void;
  /** An outcome waits to be reported, since nobody got it as a reply. */
  outcomeWaits(): void;
}

/** How long a kind of task may act, before what its own spec adds. An image may have to come first. */
const timeoutMs: Record<NodeTaskKind, number> = {
  'instance.ensure': 900_000,
  'instance.update': 120_000,
  'instance.start': 180_000,
  'instance.stop': 120_000,
  'instance.reboot': 240_000,
  'instance.remove': 180_000,
};

interface Running {
  readonly task: AcceptedTask;
  readonly outcome: Promise<TaskOutcome>;
  readonly stop: AbortController;
  acting: boolean;
  canceled: boolean;
  /** Somebody was told `accepted` and waits for the report. */
  reportWanted: boolean;
}

/** Does tasks: each once, one at a time per instance, none that is older than what the instance has seen. */
export class TaskEngine {
  private readonly running = new Map<TaskId, Running>();
  private readonly locks = new KeyedMutex();
  private readonly slots: Slots;
  private closing = false;

  constructor(
    private readonly on: Workbench,
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly crash: CrashPoint,
    private readonly log: Log,
    private readonly listener: EngineListener,
    private readonly options: EngineOptions,
  ) {
    this.slots = new Slots(options.parallel);
  }

  /**
   * Takes a task, or answers what became of it. A task that failed in a way that may pass (`retryable`) is done again when asked again; every
   * other outcome stands.
   * @throws ServiceError ServiceUnavailable the agent is stopping, or its journal cannot be written
   */
  async run(request: TaskRequest): Promise<TaskReply> {
    if (this.closing) throw new ServiceError('ServiceUnavailable', 'this node agent is stopping');
    await this.crash.reach(`${request.kind}/accept/before-act`);
    // No await from here to `begin`: two copies of one request must not both find it new.
    const underWay = this.running.get(request.taskId);
    if (underWay) {
      await this.journal.raiseEpoch(underWay.task.vm, request.generation, request.epoch);
      return this.answer(underWay);
    }
    const known = this.journal.find(request.taskId)?.outcome;
    if (known && !(known.state === 'failed' && known.retryable)) {
      void this.acknowledged(request.taskId);
      return known;
    }

    const spec = nodeTaskKinds[request.kind].spec.safeParse(request.spec);
    if (!spec.success) {
      const where = spec.error.issues.map((issue) => issue.path.join('.')).join(', ');
      return {
        state: 'failed',
        error: { code: 'InvalidArgument', message: `the task's spec is not understood at: ${where}` },
        retryable: false,
      };
    }
    const vm = instanceOfTask(request.kind, spec.data);
    if (this.journal.isBehind(vm, request.generation, request.epoch)) return fenced;

    const { taskId, kind, generation, epoch, notAfterMs } = request;
    const task: AcceptedTask = { taskId, kind, vm, generation, epoch, notAfterMs, atMs: this.clock.nowMs(), spec: spec.data };
    const begunBy = this.clock.monotonicMs() + notAfterMs;
    const accepted = this.journal.accept(task);
    this.giveUpOlder(task);
    return this.answer(this.begin(task, accepted, begunBy));
  }

  /** Gives a task up that has not acted yet. Answers whether it is known here. */
  cancel(taskId: TaskId): { known: boolean } {
    const underWay = this.running.get(taskId);
    if (underWay && !underWay.acting) underWay.canceled = true;
    return { known: underWay !== undefined || this.journal.find(taskId) !== undefined };
  }

  /**
   * At start: does again what the last process left unfinished. Steps are safe to repeat, so a create goes on where it was and a removal is rolled
   * forward; what a newer task of the same instance has overtaken is not. Resolves when all have begun.
   */
  recover(): Promise<TaskOutcome>[] {
    return this.journal.unfinished().map(({ task, steps }) => {
      // How long the agent was away only the wall clock knows. What had begun goes on, however late.
      const late = steps.size === 0 && this.clock.nowMs() > task.atMs + task.notAfterMs;
      const begunBy = late ? -Infinity : Infinity;
      this.log.info({ taskId: task.taskId, kind: task.kind, vm: task.vm, late }, 'going on with a task of the last boot');
      const begun = this.begin(task, Promise.resolve(), begunBy);
      begun.reportWanted = true;
      return begun.outcome;
    });
  }

  /** Takes nothing new and waits for what runs, at most `withinMs`; what is left goes on in the next boot. */
  async close(withinMs: number): Promise<void> {
    this.closing = true;
    const all = Promise.allSettled([...this.running.values()].map((it) => it.outcome));
    const enough = new AbortController();
    await Promise.race([all, this.clock.sleep(withinMs, enough.signal).catch(() => undefined)]);
    enough.abort(new Error('done'));
  }

  get size(): number {
    return this.running.size;
  }

  private begin(task: AcceptedTask, accepted: Promise<void>, begunBy: number): Running {
    accepted.catch(() => undefined); // awaited in perform
    const stop = new AbortController();
    const running: Running = {
      task,
      stop,
      acting: false,
      canceled: false,
      reportWanted: false,
      outcome: Promise.resolve().then(() => this.perform(running, accepted, begunBy)),
    };
    this.running.set(task.taskId, running);
    return running;
  }

  private async perform(running: Running, accepted: Promise<void>, begunBy: number): Promise<TaskOutcome> {
    const { task } = running;
    // The lock is asked for at once, so that tasks of one instance act in the order in which they came.
    const turn = this.awaitTurn(running, begunBy);
    try {
      await accepted;
      await this.crash.reach(`${task.kind}/accept/after-record`);
      const outcome = await this.actOrRefuse(running, await turn);
      await this.crash.reach(`${task.kind}/finish/before-act`);
      await this.journal.finish(task.taskId, outcome);
      await this.crash.reach(`${task.kind}/finish/after-record`);
      if (running.reportWanted) this.listener.outcomeWaits();
      return outcome;
    } catch (cause) {
      // Nothing may be promised that is not on disk; the caller asks again later.
      void turn.then((it) => 'done' in it && it.done());
      throw new ServiceError('ServiceUnavailable', 'this node agent cannot write its journal', { cause });
    } finally {
      this.running.delete(task.taskId);
      this.listener.touched(task.vm);
    }
  }

  /** Waits until this task may act: its instance is free and so is a slot. Or says why it may not; then nobody waits on. */
  private async awaitTurn(running: Running, begunBy: number): Promise<Turn> {
    const { task, stop } = running;
    const enough = new AbortController();
    const refused = new Promise<Turn>((resolve) => {
      stop.signal.addEventListener('abort', () => resolve({ refusal: toFailure(stop.signal.reason) }), { signal: enough.signal });
      const leftMs = begunBy - this.clock.monotonicMs();
      if (leftMs <= 0) resolve({ refusal: tooLate });
      else if (leftMs !== Infinity)
        enough.signal.addEventListener(
          'abort',
          this.clock.after(leftMs, () => resolve({ refusal: tooLate })),
        );
    });
    const admitted = this.admit(task.vm);
    const turn = await Promise.race([refused, admitted]);
    enough.abort();
    if ('refusal' in turn) void admitted.then((it) => it.done());
    return turn;
  }

  private async admit(vm: VmId): Promise<{ done: () => void }> {
    const unlock = await this.locks.acquire(vm);
    const release = await this.slots.acquire();
    let held = true;
    return {
      done: () => {
        if (!held) return;
        held = false;
        release();
        unlock();
      },
    };
  }

  /** Ends the turn when the driver has come to rest, which may be after the outcome when it ignores its deadline. */
  private async actOrRefuse(running: Running, turn: Turn): Promise<TaskOutcome> {
    const { task } = running;
    if ('refusal' in turn) return turn.refusal;
    const refusal = running.canceled ? canceled : this.journal.isBehind(task.vm, task.generation, Infinity) ? fenced : undefined;
    if (refusal) {
      turn.done();
      return refusal;
    }
    running.acting = true;
    if (task.kind === 'instance.ensure') this.on.instances.beingMade.add(task.vm);
    const acting = this.act(running);
    void acting.then(() => {
      this.on.instances.beingMade.delete(task.vm);
      turn.done();
    });
    return Promise.race([acting, this.givenUp(running)]);
  }

  private async act(running: Running): Promise<TaskOutcome> {
    const { task, stop } = running;
    const limitMs = timeoutMs[task.kind] + ((task.spec as { timeoutMs?: number }).timeoutMs ?? 0);
    const disarm = this.clock.after(limitMs, () => stop.abort(failedBecause('Timeout', `the task took longer than ${limitMs} ms`)));
    const ctx = {
      taskId: task.taskId,
      generation: task.generation,
      epoch: task.epoch,
      deadline: deadlineIn(this.clock, limitMs),
      signal: stop.signal,
    };
    const run = new TaskRun(task, ctx, this.journal, this.clock, this.crash);
    try {
      const work = works[task.kind] as (on: Workbench, run: TaskRun, spec: unknown) => Promise<unknown>;
      return { state: 'done', result: await work(this.on, run, task.spec) };
    } catch (error) {
      // Why it was stopped says more than what stopping did to a program.
      const why: unknown = stop.signal.aborted ? stop.signal.reason : error;
      this.log.warn({ taskId: task.taskId, kind: task.kind, vm: task.vm, err: error }, 'a task failed');
      return toFailure(why);
    } finally {
      disarm();
    }
  }

  /** Some seconds after the stop nobody waits longer for the driver; the instance stays locked until it comes to rest. */
  private givenUp(running: Running): Promise<TaskOutcome> {
    return new Promise((resolve) => {
      running.stop.signal.addEventListener('abort', () => {
        this.clock.after(5_000, () => resolve(toFailure(running.stop.signal.reason)));
      });
    });
  }

  /** A newer generation (an undo, mostly) does not wait for the end of what it overtakes. */
  private giveUpOlder(task: AcceptedTask): void {
    for (const other of this.running.values()) {
      if (other.task.vm === task.vm && other.task.generation < task.generation) {
        other.stop.abort(failedBecause('Fenced', 'a newer task for this instance has come'));
      }
    }
  }

  private async acknowledged(taskId: TaskId): Promise<void> {
    try {
      await this.journal.acknowledge(taskId);
    } catch (err) {
      this.log.error({ err, taskId }, 'the journal cannot be written');
    }
  }

  private async answer(running: Running): Promise<TaskReply> {
    let stopWaiting = (): void => undefined;
    const late = new Promise<'late'>((resolve) => {
      stopWaiting = this.clock.after(this.options.replyWithinMs, () => resolve('late'));
    });
    const first = await Promise.race([running.outcome, late]).finally(stopWaiting);
    if (first === 'late') {
      running.reportWanted = true;
      running.outcome.catch(() => undefined);
      return { state: 'accepted' };
    }
    // Whoever misses this reply asks again and is answered from the journal: nothing is left to report. Should the record be lost, the outcome is
    // reported once more, which changes nothing; so the reply need not wait for it.
    void this.acknowledged(running.task.taskId);
    return first;
  }
}

function failedBecause(code: 'Timeout' | 'Fenced', message: string): ServiceError {
  return new ServiceError(code, message);
}

function failed(code: 'Conflict' | 'Timeout' | 'Fenced', message: string, retryable: boolean): TaskOutcome {
  return { state: 'failed', error: { code, message }, retryable };
}

/** May act, and ends that by `done`; or may not. */
type Turn = { readonly done: () => void } | { readonly refusal: TaskOutcome };

const fenced = failed('Fenced', 'this node has seen something newer for the instance', false);
const canceled = failed('Conflict', 'the task was canceled before it began', false);
const tooLate = failed('Timeout', 'the time by which the task had to begin has passed', true);
