import { Bus } from '@nereid/bus';
import { JobId, ServiceError, cloudapi, getJob, listJobs } from '@nereid/contracts';
import { CLOCK } from '@nereid/platform';
import { type Clock } from '@nereid/ports';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { JobChanges } from './job-changes';
import { toMachineJob, toMachineJobDetail } from './job.mapper';
import { MachinesService } from './machines.service';

type GetCall = Call<typeof cloudapi.getMachineJob>;

/** What is done to instances, step by step. vmapi shows an account its own jobs only. */
@Controller()
export class JobsController {
  constructor(
    private readonly bus: Bus,
    private readonly machines: MachinesService,
    private readonly changes: JobChanges,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(cloudapi.listMachineJobs)
  async list(call: Call<typeof cloudapi.listMachineJobs>): Promise<Answer<typeof cloudapi.listMachineJobs>> {
    const { id: vm } = await this.machines.findAny(call);
    const { items } = await this.bus.call(listJobs, { vm, limit: call.input.limit }, call.caller);
    return { body: items.map(toMachineJob) };
  }

  @Route(cloudapi.getMachineJob)
  async get(call: GetCall): Promise<Answer<typeof cloudapi.getMachineJob>> {
    const id = JobId.safeParse(call.params.job.toLowerCase());
    if (!id.success) throw noSuchJob();
    const { mark, wait } = call.input;
    // Heard from before it is read: what changes in between is not missed.
    const listener = mark === undefined || wait === 0 ? undefined : this.changes.listen(id.data, call.account.id);
    if (!listener) return { body: await this.read(call, id.data) };
    const untilMs = this.clock.monotonicMs() + wait * 1000;
    call.reply.raw.once('close', () => listener.end());
    try {
      let job = await this.read(call, id.data);
      while (job.mark === mark && job.finished === undefined) {
        const mayHaveChanged = await listener.next(untilMs - this.clock.monotonicMs());
        // Hints get lost: what changed without one is seen here.
        job = await this.read(call, id.data);
        if (!mayHaveChanged) break;
      }
      return { body: job };
    } finally {
      listener.stop();
    }
  }

  private async read(call: GetCall, id: JobId): Promise<cloudapi.MachineJobDetail> {
    const job = await this.bus.call(getJob, { id }, call.caller);
    if (job.vm !== this.machines.aim(call).id) throw noSuchJob();
    return toMachineJobDetail(job);
  }
}

function noSuchJob(): ServiceError {
  return new ServiceError('ResourceNotFound', 'There is no such job.');
}
