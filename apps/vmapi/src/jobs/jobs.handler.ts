import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  type Caller,
  cancelJob,
  countJobs,
  explainPlacement,
  getJob,
  type Job,
  JobId,
  listJobs,
  retryJob,
  ServiceError,
} from '@nereid/contracts';
import { mustNotBeCustomer, ownAccountOnly } from '../callers';
import { JobRetryService } from './job-retry.service';
import { VmJobs } from './vm-jobs';

/** Bus in: jobs. */
@Injectable()
export class JobsHandler implements OnModuleInit {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(VmJobs) private readonly jobs: VmJobs,
    @Inject(JobRetryService) private readonly retries: JobRetryService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(getJob, ({ id }, caller) => this.get(id, caller));
    this.bus.serve(listJobs, ({ after, ...filter }, caller) =>
      this.list({ ...filter, ...(after !== undefined && { before: asJobId(after) }) }, caller),
    );
    this.bus.serve(countJobs, async ({ finishedWithinMs }, caller) => {
      mustNotBeCustomer(caller, 'only operators count jobs');
      return { counts: await this.jobs.counts(finishedWithinMs) };
    });
    this.bus.serve(retryJob, ({ id }, caller) => {
      mustNotBeCustomer(caller, 'jobs are tried again by operators');
      return this.retries.retry(caller, id);
    });
    this.bus.serve(cancelJob, async ({ id }, caller) => {
      mustNotBeCustomer(caller, 'jobs are cancelled by operators');
      await this.jobs.cancel(id);
      return this.jobs.get(id);
    });
  }

  private async get(id: JobId, caller: Caller): Promise<Job> {
    const job = await this.jobs.get(id);
    const account = ownAccountOnly(caller, undefined);
    if (account !== undefined && job.owner !== account) throw new ServiceError('ResourceNotFound', `job ${id} not found`);
    if (job.workflow !== 'vm.provision' || account !== undefined) return job;
    // Why the server was chosen, for operators. cnapi keeps it, and a job without it is still a job.
    const placement = await this.bus.call(explainPlacement, { vm: job.vm }, caller).catch(() => undefined);
    return { ...job, ...(placement && { placement }) };
  }

  private async list(filter: Parameters<VmJobs['list']>[0], caller: Caller): Promise<{ items: Job[]; next?: string }> {
    const account = ownAccountOnly(caller, undefined);
    const items = await this.jobs.list({ ...filter, limit: filter.limit + 1, ...(account !== undefined && { account }) });
    const page = items.slice(0, filter.limit);
    return { items: page, ...(items.length > page.length && { next: page.at(-1)!.id }) };
  }
}

function asJobId(after: string): JobId {
  const id = JobId.safeParse(after);
  if (!id.success) throw new ServiceError('InvalidArgument', 'after: not the `next` of a page');
  return id.data;
}
