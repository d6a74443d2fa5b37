import type { JobId } from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { CrashPoint } from './crash-point';
import type { Effects, EndState } from './effects';
import type { NodeTaskSender } from './node-task';
import type { ClaimedRun, LoggedError, Next, RunStore, StepRow, StepWrite, Written } from './run-store';
import { attempt, loggedError, type Attempt, type Direction } from './step-execution';
import { crashPointName, type AnyStep, type AnyWorkflow, type CrashMoment } from './workflow';

export interface EngineParts {
  readonly workflow: AnyWorkflow;
  readonly ports: unknown;
  readonly effects: Effects | undefined;
  readonly store: RunStore;
  readonly nodes: NodeTaskSender;
  readonly clock: Clock;
  readonly crash: CrashPoint;
  readonly signal: AbortSignal;
  /** Told when a retry has moved the run to a new epoch. */
  readonly onEpoch?: (epoch: number) => void;
  /** Told when a write has moved a step, and the run is not at its end. */
  readonly onStep?: () => void;
}

/** How a drive ended. `lost`: the run is another worker's; nothing was written after that. */
export type DriveResult =
  | { readonly kind: 'ended'; readonly state: EndState; readonly nextJob: JobId | undefined }
  | { readonly kind: 'parked'; readonly isStuck: boolean }
  | { readonly kind: 'lost' };

const stepAttempts = 3;
const stuckAfter = 10;
const retryPauseMs = 200;
const undoPauseMs = 1_000;
const longestPauseMs = 60_000;

class Lost extends Error {}

/**
 * Takes one claimed run as far as it goes: to its end, or until it has to wait. Every statement writes the end of what was done
 * together with the start of what comes next, and only while the run is ours.
 */
export class Drive {
  #run: ClaimedRun;
  readonly #rows: Map<string, StepRow>;
  readonly #done: Record<string, unknown> = {};

  constructor(
    run: ClaimedRun,
    private readonly parts: EngineParts,
  ) {
    this.#run = run;
    this.#rows = new Map();
    this.#takeRows(run);
  }

  async toTheEnd(): Promise<DriveResult> {
    try {
      return this.#run.state === 'undoing' ? await this.#undoAll([]) : await this.#forward();
    } catch (error) {
      if (error instanceof Lost || this.parts.signal.aborted) return { kind: 'lost' };
      throw error;
    }
  }

  async #forward(): Promise<DriveResult> {
    const { workflow } = this.parts;
    for (;;) {
      if (this.#run.isCancelRequested && workflow.isCancelable) return this.#beginUndo([], 'canceled', canceledError);
      const group = workflow.groups.find((steps) => steps.some((s) => !this.#isDone(s)));
      if (!group) return this.#end([], 'succeeded');
      const ended = await this.#runGroup(group);
      if (ended) return ended;
    }
  }

  /** Runs what is not done of a group, side by side; undefined when all of it is done and the next group has started. */
  async #runGroup(group: readonly AnyStep[]): Promise<DriveResult | undefined> {
    const todo = group.filter((s) => !this.#isDone(s));
    const unstarted = todo.filter((s) => !this.#rows.has(s.name));
    if (unstarted.length > 0)
      await this.#write(
        unstarted.map((s) => this.#started(s)),
        { kind: 'go-on' },
      );
    const attempts = await Promise.all(todo.map((s) => this.#attempt(s, 'do')));
    if (this.parts.signal.aborted) throw new Lost();

    const writes: StepWrite[] = [];
    let fatal: LoggedError | undefined;
    let retries = 0;
    for (const [index, step] of todo.entries()) {
      const result = attempts[index]!;
      const tried = (this.#rows.get(step.name)?.attempts ?? 0) + 1;
      if (result.kind === 'done') writes.push({ ...place(this, step), state: 'done', attempts: tried, output: result.output });
      if (result.kind !== 'failed') continue;
      const error = loggedError(result.error, step.name);
      const isFinal = !result.mayRetry || tried >= stepAttempts;
      if (isFinal) fatal ??= error;
      else retries = Math.max(retries, tried);
      writes.push({ ...place(this, step), state: isFinal ? 'failed' : 'started', attempts: tried, error });
    }
    for (const write of writes) if (write.state === 'done') this.#done[write.name] = write.output;

    if (fatal) return this.#beginUndo(writes, 'failed', fatal);
    if (retries > 0) {
      await this.#write(writes, { kind: 'retry' });
      await this.#recorded(writes, 'do');
      await this.parts.clock.sleep(retryPauseMs * 2 ** (retries - 1), this.parts.signal);
      return undefined;
    }
    if (attempts.some((a) => a.kind === 'pending')) return this.#park(writes, 'waiting');
    return this.#advance(group, writes);
  }

  /** The group is done: records it together with the start of the next, or with the end of the run. */
  async #advance(group: readonly AnyStep[], writes: StepWrite[]): Promise<DriveResult | undefined> {
    const next = this.parts.workflow.groups[this.parts.workflow.groups.indexOf(group) + 1];
    if (!next) return this.#end(writes, 'succeeded', 'do');
    await this.#write([...writes, ...next.map((s) => this.#started(s))], { kind: 'go-on' });
    await this.#recorded(writes, 'do');
    return undefined;
  }

  async #beginUndo(writes: readonly StepWrite[], endsAs: 'failed' | 'canceled', error: LoggedError): Promise<DriveResult> {
    const touched = new Set([...this.#rows.keys(), ...writes.map((w) => w.name)]);
    if (touched.size === 0) {
      // Cancelled before its first step: there is nothing to undo, but the reason is kept.
      await this.#write([], { kind: 'undo', endsAs, error });
      return this.#end([], endsAs);
    }
    const byName = new Map(writes.map((w) => [w.name, w]));
    const first = this.#nextToUndo();
    if (first) byName.set(first.name, { ...(byName.get(first.name) ?? place(this, first)), state: 'undoing', undoAttempts: 0 });
    await this.#write([...byName.values()], { kind: 'undo', endsAs, error });
    await this.#recorded(writes, 'do');
    // What a node said belongs to the step; its undo is asked for anew.
    this.#run = { ...this.#run, wasParked: false };
    return this.#undoAll([]);
  }

  async #undoAll(finished: StepWrite[]): Promise<DriveResult> {
    for (;;) {
      const step = this.#nextToUndo(finished);
      const skipped = this.#withoutUndo(finished);
      if (!step) return this.#end([...finished, ...skipped], this.#run.endsAs ?? 'failed', 'undo');
      if (this.#rows.get(step.name)?.state !== 'undoing') {
        await this.#write([...finished, { ...place(this, step), state: 'undoing', undoAttempts: 0 }], { kind: 'go-on' });
        await this.#recorded(finished, 'undo');
        this.#run = { ...this.#run, wasParked: false };
      }
      const result = await this.#attempt(step, 'undo');
      if (this.parts.signal.aborted) throw new Lost();
      if (result.kind === 'failed') return this.#undoLater(step, result);
      const tried = (this.#rows.get(step.name)?.undoAttempts ?? 0) + 1;
      if (result.kind === 'pending') {
        const ended = await this.#park([], 'undoing');
        if (ended) return ended;
        finished = [];
      } else finished = [{ ...place(this, step), state: 'undone', undoAttempts: tried }];
    }
  }

  /** An undo is never given up: again after a while, and after ten times operators are told. */
  async #undoLater(step: AnyStep, result: Attempt & { kind: 'failed' }): Promise<DriveResult> {
    const tried = (this.#rows.get(step.name)?.undoAttempts ?? 0) + 1;
    const isStuck = tried >= stuckAfter;
    const afterMs = Math.min(longestPauseMs, undoPauseMs * 2 ** Math.min(tried - 1, 10));
    const error = loggedError(result.error, step.name);
    const write: StepWrite = { ...place(this, step), state: 'undoing', undoAttempts: tried, error, isDueAtOnce: true };
    // Something coming in is no reason to hurry here, so whatever `wakes` is now will do.
    for (;;) {
      const next: Next = { kind: 'park', state: isStuck ? 'stuck' : 'undoing', wakes: this.#run.wakes, afterMs };
      if (await this.#tryWrite([write], next)) return { kind: 'parked', isStuck };
      await this.#reload();
    }
  }

  async #end(writes: readonly StepWrite[], state: EndState, direction: Direction = 'do'): Promise<DriveResult> {
    const written = await this.#write(writes, { kind: 'end', state });
    await this.#recorded(writes, direction);
    return { kind: 'ended', state, nextJob: written.nextJob };
  }

  /** Lets go until something comes in; undefined when something has come in already, and the run goes on with it. */
  async #park(writes: StepWrite[], state: 'waiting' | 'undoing'): Promise<DriveResult | undefined> {
    if (await this.#tryWrite(writes, { kind: 'park', state, wakes: this.#run.wakes })) {
      await this.#recorded(writes, 'do');
      return { kind: 'parked', isStuck: false };
    }
    if (writes.length > 0) await this.#write(writes, { kind: 'go-on' });
    await this.#reload();
    // All that has started has been asked for a moment ago.
    this.#run = { ...this.#run, wasParked: true };
    return undefined;
  }

  async #attempt(step: AnyStep, direction: Direction): Promise<Attempt> {
    const { ports, nodes, signal } = this.parts;
    const row = this.#rows.get(step.name);
    await this.#reach('before', step.name, direction);
    const result = await attempt({ run: this.#run, step, row, direction, done: this.#done, ports, nodes, signal });
    if (result.kind !== 'pending') await this.#reach('after-act', step.name, direction);
    return result;
  }

  /** The newest step of which something may be there. `finished`: undone, but not yet written. */
  #nextToUndo(finished: readonly StepWrite[] = []): AnyStep | undefined {
    const gone = new Set(finished.map((w) => w.name));
    return this.parts.workflow.steps
      .filter((s) => s.undo && !gone.has(s.name) && this.#rows.has(s.name) && this.#rows.get(s.name)!.state !== 'undone')
      .at(-1);
  }

  /** Steps that leave nothing to undo, to be closed with the last write. */
  #withoutUndo(finished: readonly StepWrite[]): StepWrite[] {
    const gone = new Set(finished.map((w) => w.name));
    return this.parts.workflow.steps
      .filter((s) => !s.undo && !gone.has(s.name) && this.#rows.has(s.name) && this.#rows.get(s.name)!.state !== 'undone')
      .map((s) => ({ ...place(this, s), state: 'undone' as const }));
  }

  #isDone(step: AnyStep): boolean {
    return this.#rows.get(step.name)?.state === 'done';
  }

  #started(step: AnyStep): StepWrite {
    return { ...place(this, step), state: 'started' };
  }

  /** @throws Lost when the run is no longer ours */
  async #write(steps: readonly StepWrite[], next: Next): Promise<Written> {
    const written = await this.#tryWrite(steps, next);
    if (!written) throw new Lost();
    return written;
  }

  async #tryWrite(steps: readonly StepWrite[], next: Next): Promise<Written | undefined> {
    const { store, effects } = this.parts;
    const written = await store.write({ run: this.#run, steps, next, done: this.#done, effects });
    if (!written) return undefined;
    for (const write of steps) this.#applied(write);
    if (written.epoch !== this.#run.epoch) this.parts.onEpoch?.(written.epoch);
    const { epoch, generation, wakes, isCancelRequested } = written;
    this.#run = { ...this.#run, epoch, generation, wakes, isCancelRequested };
    if (next.kind === 'undo') this.#run = { ...this.#run, state: 'undoing', endsAs: next.endsAs, error: next.error };
    // Under the new epoch nothing has been asked for.
    if (next.kind === 'retry') this.#run = { ...this.#run, wasParked: false };
    if (steps.length > 0 && next.kind !== 'end') this.parts.onStep?.();
    return written;
  }

  #applied(write: StepWrite): void {
    const before = this.#rows.get(write.name);
    this.#rows.set(write.name, {
      name: write.name,
      position: write.position,
      state: write.state,
      attempts: write.attempts ?? before?.attempts ?? 0,
      undoAttempts: write.undoAttempts ?? before?.undoAttempts ?? 0,
      isDue: true,
      ageMs: before && write.state === before.state ? before.ageMs : 0,
      output: write.output ?? before?.output,
    });
  }

  async #reload(): Promise<void> {
    const fresh = await this.parts.store.reload(this.#run);
    if (!fresh) throw new Lost();
    this.#run = fresh;
    this.#takeRows(fresh);
  }

  #takeRows(run: ClaimedRun): void {
    this.#rows.clear();
    for (const row of run.steps) {
      this.#rows.set(row.name, row);
      const step = this.parts.workflow.steps.find((s) => s.name === row.name);
      if (row.output !== undefined && row.output !== null && step) this.#done[row.name] = step.output.parse(row.output);
    }
  }

  async #recorded(writes: readonly StepWrite[], direction: Direction): Promise<void> {
    for (const write of writes) await this.#reach('after-record', write.name, direction);
  }

  #reach(moment: CrashMoment, step: string, direction: Direction): void | Promise<void> {
    return this.parts.crash.reach(crashPointName(this.parts.workflow.name, moment, step, direction));
  }

  /** @internal */
  positionOf(step: AnyStep): number {
    return this.parts.workflow.steps.indexOf(step);
  }
}

function place(drive: Drive, step: AnyStep): { name: string; position: number } {
  return { name: step.name, position: drive.positionOf(step) };
}

const canceledError: LoggedError = { code: 'Conflict', message: 'the job was cancelled' };
