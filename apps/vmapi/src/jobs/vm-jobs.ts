import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  type Caller,
  type JobId,
  jobHint,
  type JobState,
  jobStepHint,
  RequestId,
  type TaskId,
  type TaskOutcome,
  taskRun,
} from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { CLOCK, CONFIG, IDS } from '@nereid/platform';
import type { Clock, Ids } from '@nereid/ports';
import {
  type AnyWorkflow,
  crashPointFromEnvironment,
  type DriveResult,
  Jobs,
  type NodeTaskSender,
  register,
  WakeQueue,
  WorkflowWorker,
} from '@nereid/workflow';
import type { VmapiConfig } from '../config';
import { VmView } from '../vms/vm-view';
import { BusPorts } from '../vms/workflows/bus-ports';
import { destroyVm, forgetVm } from '../vms/workflows/destroy-vm';
import { rebootVm, startVm, stopVm } from '../vms/workflows/power-vm';
import { provisionVm } from '../vms/workflows/provision-vm';
import { repairVm } from '../vms/workflows/repair-vm';
import { resizeVm } from '../vms/workflows/resize-vm';
import { vmEffects } from '../vms/workflows/vm-effects.repository';
import type { NewJob, WorkflowName } from './new-job';

/** Every workflow of vmapi, by name. */
export const vmWorkflows = {
  'vm.provision': provisionVm,
  'vm.start': startVm,
  'vm.stop': stopVm,
  'vm.reboot': rebootVm,
  'vm.resize': resizeVm,
  'vm.destroy': destroyVm,
  'vm.forget': forgetVm,
  'vm.repair': repairVm,
} as const satisfies Record<WorkflowName, AnyWorkflow>;

/** vmapi's jobs: makes them, begins them after their commit, and, in a process with the role `worker`, runs them. */
@Injectable()
export class VmJobs implements OnApplicationBootstrap, OnModuleDestroy {
  readonly worker: WorkflowWorker | undefined;
  private readonly jobs: Jobs;
  private readonly queue: WakeQueue | undefined;
  private readonly log = new Logger(VmJobs.name);

  constructor(
    @Inject(OwnerPool) pool: OwnerPool,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(BusPorts) ports: BusPorts,
    @Inject(VmView) private readonly view: VmView,
    @Inject(CLOCK) clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(CONFIG) private readonly config: VmapiConfig,
  ) {
    this.queue = config.redis ? new WakeQueue(config.redis.url) : undefined;
    if (config.roles.includes('worker'))
      this.worker = new WorkflowWorker({
        pool,
        clock,
        workflows: Object.values(vmWorkflows).map((one: AnyWorkflow) => register(one, ports, vmEffects)),
        nodes: this.nodes,
        slots: config.jobConcurrency,
        leaseMs: config.jobLeaseMs,
        crash: crashPointFromEnvironment(process.env),
        onError: (error, run) => this.log.error({ msg: 'a job could not be worked on; another try follows', job: run, err: error }),
        onStep: (job, vm) => vm && this.bus.hint(jobStepHint, { job, vm }),
        onDriven: (run, result) => void this.tell(run, result),
      });
    this.jobs = new Jobs(pool, this.worker, this.queue, ids);
  }

  onApplicationBootstrap(): void {
    if (!this.worker) return;
    const worker = this.worker;
    worker.start();
    this.queue?.consume((run) => worker.wake(run), this.config.jobConcurrency);
  }

  async onModuleDestroy(): Promise<void> {
    await this.worker?.stop();
    await this.queue?.close();
  }

  /** A job to be inserted by the statement that accepts it. Writes nothing. */
  newJob(workflow: WorkflowName, input: NewJob['input'], action: string): NewJob {
    const prepared = this.jobs.prepare(vmWorkflows[workflow] as AnyWorkflow, input);
    return { ...prepared, workflow, input, action };
  }

  /** After the commit: begins the job here when the database gave it to this worker, else wakes one. */
  begin(job: NewJob, accepted: { state: JobState; generation: number }): void {
    this.jobs.accepted(job, job.input.vm, accepted);
  }

  wake(id: JobId): void {
    this.jobs.wake(id);
  }

  cancel(id: JobId): Promise<JobState> {
    return this.jobs.cancel(id);
  }

  /** Tries a stuck or waiting job again now. False when it waits for nothing. */
  retryNow(id: JobId): Promise<boolean> {
    return this.jobs.retryNow(id);
  }

  get(id: JobId): ReturnType<Jobs['get']> {
    return this.jobs.get(id);
  }

  /** What a job was given. @throws ResourceNotFound */
  input(id: JobId): Promise<unknown> {
    return this.jobs.input(id);
  }

  counts(finishedWithinMs: number): ReturnType<Jobs['counts']> {
    return this.jobs.counts(finishedWithinMs);
  }

  list(filter: Parameters<Jobs['list']>[0]): ReturnType<Jobs['list']> {
    return this.jobs.list(filter);
  }

  /** What a node said about a task of a job. */
  recordTaskResult(taskId: TaskId, outcome: TaskOutcome): Promise<boolean> {
    return this.jobs.recordTaskResult(taskId, outcome);
  }

  private readonly nodes: NodeTaskSender = {
    send: (server, request) => this.bus.callNode(taskRun, server, request, this.caller()),
  };

  /** Hints for those who wait; the feed has it all the same. */
  private async tell(run: JobId, result: DriveResult): Promise<void> {
    if (result.kind === 'parked' && result.isStuck)
      this.log.error({ msg: 'a job is stuck: it failed ten times and is tried each minute', job: run });
    if (result.kind !== 'ended') return;
    const vm = await this.view
      .tellOfRun(run)
      .catch((error: unknown) => this.log.debug({ msg: 'no hint for a job that ended', job: run, err: error }));
    if (vm) this.bus.hint(jobHint, { job: run, vm, state: result.state });
  }

  private caller(): Caller {
    return { kind: 'service', service: 'vmapi', requestId: RequestId.parse(this.ids.random()) };
  }
}
