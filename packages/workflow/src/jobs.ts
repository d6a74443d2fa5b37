import { ServiceError, type Job, type JobId, type JobState, type TaskId, type TaskOutcome, type VmId } from '@nereid/contracts';
import type { OwnerPool } from '@nereid/database';
import { SystemIds, type Ids } from '@nereid/ports';
import type { z } from 'zod';
import { makeDue, recordOutcome, requestCancel } from './job.repository';
import { countJobRows, listJobRows, readJob, readJobInput, type JobFilter } from './job-view.repository';
import type { WakeQueue } from './wake-queue';
import type { WorkflowWorker } from './worker';
import type { Workflow } from './workflow';

/** The columns of a job about to be inserted that do not come from the request. */
export interface PreparedJob {
  readonly id: JobId;
  readonly workflow: string;
  readonly workflowVersion: number;
  readonly input: unknown;
  readonly firstSteps: readonly string[];
  /** The worker here, when it has room: the job may then begin in the accepting commit. */
  readonly worker: string | null;
  readonly leaseMs: number;
}

/** What the insert answered: `INSERT INTO vmapi.job … RETURNING state, generation`. */
export interface AcceptedJob {
  readonly state: JobState;
  readonly generation: number;
}

/** Jobs as a service uses them: prepare, insert, wake; cancel, look. */
export class Jobs {
  constructor(
    private readonly pool: OwnerPool,
    private readonly worker: WorkflowWorker | undefined,
    private readonly queue: WakeQueue | undefined,
    private readonly ids: Ids = new SystemIds(),
  ) {}

  /** Checks the input and answers the columns to insert. Writes nothing. */
  prepare<Input extends z.ZodType>(workflow: Workflow<never, Input, never>, input: z.input<Input>): PreparedJob;
  prepare<Ports, Input extends z.ZodType, Done>(workflow: Workflow<Ports, Input, Done>, input: z.input<Input>): PreparedJob;
  prepare<Ports, Input extends z.ZodType, Done>(workflow: Workflow<Ports, Input, Done>, input: z.input<Input>): PreparedJob {
    return {
      id: this.ids.sorted() as JobId,
      workflow: workflow.name,
      workflowVersion: workflow.version,
      input: workflow.input.parse(input),
      firstSteps: workflow.firstSteps,
      worker: this.worker?.hasRoom ? this.worker.name : null,
      leaseMs: this.worker?.leaseMs ?? 30_000,
    };
  }

  /** After the commit: begins the job here when it was accepted as running, else wakes a worker for it. Never waits, never fails. */
  accepted(job: PreparedJob, vm: VmId | undefined, accepted: AcceptedJob): void {
    if (accepted.state !== 'running' || !this.worker || job.worker !== this.worker.name) return this.wake(job.id);
    const fresh = { state: 'started', attempts: 0, undoAttempts: 0, isDue: true, ageMs: 0 } as const;
    this.worker.adopt({
      ...{ id: job.id, workflow: `${job.workflow}@${job.workflowVersion}`, vm, input: job.input },
      ...{ generation: accepted.generation, epoch: 1, state: 'running', wasParked: false, isCancelRequested: false, wakes: 0 },
      ...{ endsAs: undefined, error: undefined },
      steps: job.firstSteps.map((name, position) => ({ ...fresh, name, position })),
    });
  }

  /** Wakes a worker for a run: the one of this process when it has room, else any. Never waits, never fails; safe to repeat. */
  wake(id: JobId): void {
    if (this.worker?.hasRoom) void this.worker.wake(id);
    else this.queue?.add(id);
  }

  /**
   * Writes what a node said about a task into its step, and wakes the run. Answers whether somebody waited for it; in either case the
   * node may forget it. Safe to repeat.
   */
  async recordTaskResult(taskId: TaskId, outcome: TaskOutcome): Promise<boolean> {
    const [run, step, direction] = taskId.split('/') as [JobId, string, 'do' | 'undo'];
    const isAwaited = await recordOutcome(this.pool, { run, step, direction }, outcome);
    if (isAwaited) this.wake(run);
    return isAwaited;
  }

  /** Asks a job to stop and undo what it began. A finished one, or one that is being undone, stays as it is. @throws ResourceNotFound */
  async cancel(id: JobId): Promise<JobState> {
    const state = await requestCancel(this.pool, id);
    if (state === undefined) throw notFound(id);
    this.wake(id);
    return state;
  }

  /** Tries a stuck or waiting job again now. False when it waits for nothing. */
  async retryNow(id: JobId): Promise<boolean> {
    const isDue = await makeDue(this.pool, id);
    if (isDue) this.wake(id);
    return isDue;
  }

  /** One job with its steps. @throws ResourceNotFound */
  async get(id: JobId): Promise<Job> {
    const job = await readJob(this.pool, id);
    if (!job) throw notFound(id);
    return job;
  }

  /** What a job was given, as its workflow's input. @throws ResourceNotFound */
  async input(id: JobId): Promise<unknown> {
    const found = await readJobInput(this.pool, id);
    if (!found) throw notFound(id);
    return found.input;
  }

  /** How many there are in each state: all unfinished ones, and those that ended within so many milliseconds. */
  counts(finishedWithinMs: number): Promise<Partial<Record<JobState, number>>> {
    return countJobRows(this.pool, finishedWithinMs);
  }

  /** Jobs without their steps, newest first; `before` is the id of the last one of the page before. */
  list(filter: JobFilter): Promise<Job[]> {
    return listJobRows(this.pool, filter);
  }
}

function notFound(id: JobId): ServiceError {
  return new ServiceError('ResourceNotFound', `job ${id} not found`);
}
