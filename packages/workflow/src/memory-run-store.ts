import type { JobId, TaskOutcome, VmId } from '@nereid/contracts';
import type { EndState } from './effects';
import type { ClaimedRun, LoggedError, RunStore, RunWrite, StepRow, StepWrite, Written } from './run-store';

/** One run in memory, with the rules of the real store: for tests of workflows, where PostgreSQL would add nothing but time. */
export class MemoryRunStore implements RunStore {
  state: 'queued' | 'running' | 'waiting' | 'undoing' | 'stuck' | EndState = 'queued';
  error: LoggedError | undefined;
  epoch = 0;
  generation = 1;
  wakes = 0;
  isCancelRequested = false;
  writes = 0;
  /** Called around each write; what it throws is a crash of the worker at that moment. */
  beforeWrite: (write: number) => void = () => undefined;
  afterWrite: (write: number) => void = () => undefined;
  readonly rows = new Map<string, StepRow & { askedAtMs: number; startedAtMs: number; sends: number }>();
  #isParked = false;
  #endsAs: 'failed' | 'canceled' | undefined;
  #nowMs = 0;
  #dueAtMs = 0;

  constructor(
    private readonly id: JobId,
    private readonly workflow: string,
    private readonly vm: VmId | undefined,
    private readonly input: unknown,
    private readonly firstSteps: readonly string[],
  ) {}

  get hasEnded(): boolean {
    return this.state === 'succeeded' || this.state === 'failed' || this.state === 'canceled';
  }

  /** Takes the run, after letting time pass until it is due. Whoever had it has lost it. */
  claim(): ClaimedRun {
    if (this.state === 'queued' && !this.isCancelRequested) this.firstSteps.forEach((name, position) => this.#begin(name, position));
    const wasParked = this.#isParked;
    if (wasParked) this.#nowMs = Math.max(this.#nowMs, this.#dueAtMs);
    this.#isParked = false;
    this.epoch++;
    if (this.state === 'queued' || this.state === 'waiting') this.state = 'running';
    if (this.state === 'stuck') this.state = 'undoing';
    const run = this.#asClaimed(wasParked);
    for (const row of this.rows.values()) {
      if (!this.#isDue(row)) continue;
      row.sends++;
      row.askedAtMs = this.#nowMs + Math.min(60_000, 5_000 * 2 ** (row.sends - 1));
    }
    return run;
  }

  /** As the report of a node would: into the step, and the run becomes due. */
  record(step: string, direction: 'do' | 'undo', outcome: TaskOutcome): boolean {
    const row = this.rows.get(step);
    if (!row || row.state !== (direction === 'do' ? 'started' : 'undoing') || row.outcome) return false;
    this.rows.set(step, { ...row, outcome });
    this.wakes++;
    this.#dueAtMs = this.#nowMs;
    return true;
  }

  async write({ run, steps, next }: RunWrite): Promise<Written | undefined> {
    if (run.epoch !== this.epoch) return undefined;
    if (next.kind === 'park' && next.wakes !== this.wakes) return undefined;
    const count = ++this.writes;
    this.beforeWrite(count);
    for (const step of steps) this.#writeStep(step);
    switch (next.kind) {
      case 'retry':
        this.epoch++;
        break;
      case 'park':
        this.state = next.state;
        this.#isParked = true;
        this.#dueAtMs = next.afterMs === undefined ? this.#earliest() : this.#nowMs + next.afterMs;
        break;
      case 'undo':
        this.state = 'undoing';
        this.generation++;
        this.#endsAs = next.endsAs;
        this.error = next.error;
        break;
      case 'end':
        this.state = next.state;
    }
    this.afterWrite(count);
    const { epoch, generation, wakes, isCancelRequested } = this;
    return { epoch, generation, wakes, isCancelRequested, nextJob: undefined };
  }

  async reload(run: ClaimedRun): Promise<ClaimedRun | undefined> {
    return run.epoch === this.epoch ? this.#asClaimed(false) : undefined;
  }

  #asClaimed(wasParked: boolean): ClaimedRun {
    return {
      ...{ id: this.id, workflow: this.workflow, vm: this.vm, input: this.input, generation: this.generation, epoch: this.epoch },
      state: this.state === 'undoing' ? 'undoing' : 'running',
      ...{ wasParked, isCancelRequested: this.isCancelRequested, wakes: this.wakes, endsAs: this.#endsAs, error: this.error },
      steps: [...this.rows.values()].map((row) => ({ ...row, isDue: this.#isDue(row), ageMs: this.#nowMs - row.startedAtMs })),
    };
  }

  #isDue(row: { state: string; outcome?: unknown; askedAtMs: number }): boolean {
    return (row.state === 'started' || row.state === 'undoing') && !row.outcome && row.askedAtMs <= this.#nowMs;
  }

  #earliest(): number {
    const waiting = [...this.rows.values()].filter((r) => (r.state === 'started' || r.state === 'undoing') && !r.outcome);
    return Math.min(...waiting.map((r) => r.askedAtMs));
  }

  #begin(name: string, position: number): void {
    const times = { startedAtMs: this.#nowMs, askedAtMs: this.#nowMs + 5_000, sends: 1, ageMs: 0, isDue: false };
    this.rows.set(name, { name, position, state: 'started', attempts: 0, undoAttempts: 0, ...times });
  }

  #writeStep(write: StepWrite): void {
    if (!this.rows.has(write.name)) this.#begin(write.name, write.position);
    const before = this.rows.get(write.name)!;
    this.rows.set(write.name, {
      ...before,
      state: write.state,
      attempts: Math.max(before.attempts, write.attempts ?? 0),
      undoAttempts: Math.max(before.undoAttempts, write.undoAttempts ?? 0),
      // Through JSON and back, as the database would: what does not survive that must not be an output.
      output: write.output === undefined ? before.output : (JSON.parse(JSON.stringify(write.output)) as unknown),
      outcome: undefined,
      sends: 1,
      askedAtMs: this.#nowMs + (write.isDueAtOnce ? 0 : 5_000),
      startedAtMs: write.state === before.state ? before.startedAtMs : this.#nowMs,
    });
  }
}
