import { toServiceError, type JobId, type VmId } from '@nereid/contracts';
import type { OwnerPool } from '@nereid/database';
import { SystemClock, SystemIds, type Clock } from '@nereid/ports';
import { noCrash, type CrashPoint } from './crash-point';
import type { Effects } from './effects';
import { Drive, type DriveResult } from './engine';
import { JobRepository } from './job.repository';
import type { NodeTaskSender } from './node-task';
import type { ClaimedRun } from './run-store';
import { loggedError } from './step-execution';
import type { AnyWorkflow, Workflow } from './workflow';
import type { z } from 'zod';

/** A workflow with what its steps act on. */
export interface Registration {
  readonly workflow: AnyWorkflow;
  readonly ports: unknown;
  readonly effects: Effects | undefined;
}

/** Puts a workflow together with its ports, and with the changes of the owner's rows that belong to its writes. */
export function register<Ports, Input extends z.ZodType, Done>(
  workflow: Workflow<Ports, Input, Done>,
  ports: Ports,
  effects?: Effects,
): Registration {
  return { workflow, ports, effects };
}

export interface WorkerOptions {
  readonly pool: OwnerPool;
  readonly workflows: readonly Registration[];
  readonly nodes: NodeTaskSender;
  /** Unique among all workers that ever hold a lease. */
  readonly name?: string;
  readonly leaseMs?: number;
  /** Runs at a time. */
  readonly slots?: number;
  readonly sweepEveryMs?: number;
  readonly clock?: Clock;
  readonly crash?: CrashPoint;
  /** Told of what went wrong; the run is taken up again by whoever finds its lease expired. */
  readonly onError?: (error: unknown, run?: JobId) => void;
  /** A step of a run began or ended, and the run goes on. */
  readonly onStep?: (run: JobId, vm: VmId | undefined) => void;
  /** A run has ended, parked or got stuck. */
  readonly onDriven?: (run: JobId, result: DriveResult) => void;
}

const pruneEveryMs = 600_000;
/** So often in a row a run may fail in a way that no step of it answers for; then operators are told. */
const strikesUntilStuck = 10;
/** A run that another worker brought to its end is not heard of again: of more than these the oldest is forgotten. */
const mostStruck = 1_000;

interface Held {
  epoch: number;
  readonly stop: AbortController;
  readonly done: Promise<void>;
  /** Woken again while it ran. */
  again: boolean;
}

/** Figures for /metrics. */
export interface WorkerStats {
  claimed: number;
  adopted: number;
  swept: number;
  ended: number;
  parked: number;
  lost: number;
  errors: number;
}

/**
 * Drives runs. Woken by hints of its own process and by the queue; what they miss, its sweeper finds within `sweepEveryMs`.
 * Any number of workers may run: a run is the one's that claimed it, for as long as it renews the lease.
 */
export class WorkflowWorker {
  readonly name: string;
  readonly leaseMs: number;
  readonly stats: WorkerStats = { claimed: 0, adopted: 0, swept: 0, ended: 0, parked: 0, lost: 0, errors: 0 };
  readonly #slots: number;
  readonly #clock: Clock;
  readonly #store: JobRepository;
  readonly #workflows = new Map<string, Registration>();
  readonly #held = new Map<JobId, Held>();
  /** How often each run has failed here in a row; of those alone that have. */
  readonly #strikes = new Map<JobId, number>();
  readonly #cancel: (() => void)[] = [];
  #isStarted = false;
  #isSweeping = false;
  #mayBeMore = false;
  #renewedAt = 0;

  constructor(private readonly options: WorkerOptions) {
    this.name = options.name ?? new SystemIds().random();
    this.leaseMs = options.leaseMs ?? 30_000;
    this.#slots = options.slots ?? 64;
    this.#clock = options.clock ?? new SystemClock();
    this.#store = new JobRepository(options.pool, this.name, this.leaseMs);
    for (const registration of options.workflows) this.#workflows.set(registration.workflow.id, registration);
  }

  /** Whether a run may begin here at once. */
  get hasRoom(): boolean {
    return this.#isStarted && this.#held.size < this.#slots;
  }

  /** Runs in hand. */
  get running(): number {
    return this.#held.size;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#renewedAt = this.#clock.monotonicMs();
    this.#cancel.push(this.#clock.every(this.options.sweepEveryMs ?? 2_000, () => void this.sweep()));
    this.#cancel.push(this.#clock.every(Math.max(50, this.leaseMs / 3), () => void this.#renew()));
    this.#cancel.push(this.#clock.every(pruneEveryMs, () => void this.#store.prune().catch((error: unknown) => this.#failed(error))));
    void this.sweep();
  }

  /** Takes nothing new, gives what runs `graceMs` to come to a pause, and lets go of the rest. */
  async stop(graceMs = 5_000): Promise<void> {
    this.#isStarted = false;
    for (const cancel of this.#cancel.splice(0)) cancel();
    const all = Promise.all([...this.#held.values()].map((held) => held.done));
    const patience = new AbortController();
    await Promise.race([all, this.#clock.sleep(graceMs, patience.signal).catch(() => undefined)]);
    patience.abort();
    const left = [...this.#held].map(([id, held]) => ({ id, epoch: held.epoch }));
    for (const held of this.#held.values()) held.stop.abort(new Error('the worker stops'));
    if (left.length > 0) await this.#store.release(left).catch((error: unknown) => this.#failed(error));
  }

  /** Takes a run, if it is to be had, and drives it as far as it goes. Resolves when it has ended, waits, or was not to be had. */
  async wake(id: JobId): Promise<void> {
    const held = this.#held.get(id);
    if (held) {
      held.again = true;
      return;
    }
    if (!this.hasRoom) {
      this.#mayBeMore = true;
      return;
    }
    try {
      const run = await this.#store.claim(id, [...this.#workflows.keys()]);
      if (!run) return;
      this.stats.claimed++;
      await this.#drive(run);
    } catch (error) {
      this.#failed(error, id);
    }
  }

  /** Drives a run that was accepted in this worker's name: it is claimed already. */
  adopt(run: ClaimedRun): void {
    this.stats.adopted++;
    void this.#drive(run);
  }

  /** Takes what is due, as far as there is room. Runs by itself every `sweepEveryMs`. */
  async sweep(): Promise<void> {
    if (this.#isSweeping || !this.hasRoom) {
      this.#mayBeMore ||= !this.hasRoom;
      return;
    }
    this.#isSweeping = true;
    try {
      const limit = this.#slots - this.#held.size;
      const runs = await this.#store.claimDue(limit, [...this.#workflows.keys()]);
      this.#mayBeMore = runs.length === limit;
      this.stats.swept += runs.length;
      for (const run of runs) void this.#drive(run);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isSweeping = false;
    }
  }

  #drive(run: ClaimedRun): Promise<void> {
    const before = this.#held.get(run.id);
    // Claimed by ourselves although we hold it: our lease had run out. The older drive must write nothing more, and cannot.
    before?.stop.abort(new Error('claimed again'));
    const stop = new AbortController();
    const held: Held = { epoch: run.epoch, stop, again: false, done: Promise.resolve() };
    const done = this.#driveHeld(run, held).finally(() => {
      if (this.#held.get(run.id) === held) this.#held.delete(run.id);
      if (held.again) void this.wake(run.id);
      if (this.#mayBeMore && this.#isStarted) void this.sweep();
    });
    this.#held.set(run.id, Object.assign(held, { done }));
    return done;
  }

  async #driveHeld(run: ClaimedRun, held: Held): Promise<void> {
    try {
      const { workflow, ports, effects } = this.#registration(run.workflow);
      const drive = new Drive(
        { ...run, input: workflow.input.parse(run.input) },
        {
          ...{ workflow, ports, effects, store: this.#store, nodes: this.options.nodes, clock: this.#clock },
          crash: this.options.crash ?? noCrash,
          signal: held.stop.signal,
          onEpoch: (epoch) => (held.epoch = epoch),
          onStep: () => this.options.onStep?.(run.id, run.vm),
        },
      );
      const result = await drive.toTheEnd();
      this.#strikes.delete(run.id);
      this.stats[result.kind]++;
      this.options.onDriven?.(run.id, result);
      if (result.kind === 'ended' && result.nextJob) void this.wake(result.nextJob);
    } catch (error) {
      this.#failed(error, run.id);
      await this.#strike(run, held.epoch, error).catch((next: unknown) => this.#failed(next, run.id));
    }
  }

  /**
   * What stopped the run is neither a step's failure nor the database being away: an input that a newer release does not read, a statement that
   * is refused. It is driven again when its lease has run out, but not for ever: after some times it is stuck, and what it began is undone.
   */
  async #strike(run: ClaimedRun, epoch: number, error: unknown): Promise<void> {
    const known = toServiceError(error);
    if (known.mayRetry) return;
    const strikes = (this.#strikes.get(run.id) ?? 0) + 1;
    this.#strikes.delete(run.id);
    this.#strikes.set(run.id, strikes);
    if (this.#strikes.size > mostStruck) this.#strikes.delete(this.#strikes.keys().next().value!);
    if (strikes < strikesUntilStuck || !(await this.#store.stick(run.id, epoch, loggedError(known)))) return;
    this.options.onDriven?.(run.id, { kind: 'parked', isStuck: true });
  }

  #registration(id: string): Registration {
    const found = this.#workflows.get(id);
    if (!found) throw new Error(`no workflow ${id} here`);
    return found;
  }

  /** Only runs that take long come to this. A run that could not be renewed for a whole lease is another's by now. */
  async #renew(): Promise<void> {
    const held = [...this.#held].map(([id, { epoch }]) => ({ id, epoch }));
    const at = this.#clock.monotonicMs();
    try {
      const kept = new Set(held.length > 0 ? await this.#store.renew(held) : []);
      this.#renewedAt = at;
      for (const { id, epoch } of held) {
        const now = this.#held.get(id);
        if (now && now.epoch === epoch && !kept.has(id)) now.stop.abort(new Error('the run is another worker’s'));
      }
    } catch (error) {
      this.#failed(error);
      if (at - this.#renewedAt < this.leaseMs) return;
      for (const held of this.#held.values()) held.stop.abort(new Error('the lease ran out'));
    }
  }

  #failed(error: unknown, run?: JobId): void {
    this.stats.errors++;
    this.options.onError?.(error, run);
  }
}
