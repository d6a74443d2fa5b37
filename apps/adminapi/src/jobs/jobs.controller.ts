import { Bus } from '@nereid/bus';
import { adminapi, cancelJob, getJob, listJobs, retryJob } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { toJobDetail, toJobObject } from './job.mapper';

/** Runs of workflows, by vmapi. */
@Controller()
export class JobsController {
  constructor(private readonly bus: Bus) {}

  @Route(adminapi.listJobs)
  async list({ query, caller }: Call<typeof adminapi.listJobs>): Promise<Answer<typeof adminapi.listJobs>> {
    const { limit, marker, vm_uuid, execution, name } = query;
    const asked = { limit, after: marker, vm: vm_uuid, states: execution, workflow: name };
    const { items, next } = await this.bus.call(listJobs, asked, caller);
    return { body: items.map(toJobObject), next };
  }

  @Route(adminapi.getJob)
  async get({ params, caller }: Call<typeof adminapi.getJob>): Promise<Answer<typeof adminapi.getJob>> {
    return { body: toJobDetail(await this.bus.call(getJob, { id: params.uuid }, caller)) };
  }

  @Route(adminapi.cancelJob)
  async cancel({ params, caller }: Call<typeof adminapi.cancelJob>): Promise<Answer<typeof adminapi.cancelJob>> {
    return { body: toJobDetail(await this.bus.call(cancelJob, { id: params.uuid }, caller)) };
  }

  @Route(adminapi.retryJob)
  async retry({ params, caller }: Call<typeof adminapi.retryJob>): Promise<Answer<typeof adminapi.retryJob>> {
    return { body: toJobDetail(await this.bus.call(retryJob, { id: params.uuid }, caller)) };
  }
}
