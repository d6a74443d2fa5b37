import { Inject, Injectable } from '@nestjs/common';
import { type Caller, type Job, type JobId, ServiceError } from '@nereid/contracts';
import type { Sizes } from '../vms/sizes';
import { VmResizeService } from '../vms/vm-resize.service';
import { VmsService } from '../vms/vms.service';
import { VmJobs } from './vm-jobs';

/** Tries again what a job could not do. */
@Injectable()
export class JobRetryService {
  constructor(
    @Inject(VmJobs) private readonly jobs: VmJobs,
    @Inject(VmsService) private readonly vms: VmsService,
    @Inject(VmResizeService) private readonly resizes: VmResizeService,
  ) {}

  /**
   * A stuck or waiting job goes on at once; a failed or cancelled one is asked for again, as if its request had come now. Answers the job
   * that works on it. @throws ResourceNotFound @throws Conflict @throws Gone
   */
  async retry(caller: Caller, id: JobId): Promise<Job> {
    const job = await this.jobs.get(id);
    if (job.state === 'stuck' || job.state === 'waiting') {
      await this.jobs.retryNow(id);
      return this.jobs.get(id);
    }
    if (job.state !== 'failed' && job.state !== 'canceled')
      throw new ServiceError('Conflict', `a job that is ${job.state} cannot be tried again`);
    const again = await this.ask(caller, job);
    if (again === undefined) throw new ServiceError('Conflict', 'the instance is as the job wanted it already');
    return this.jobs.get(again);
  }

  private async ask(caller: Caller, { id, vm, workflow }: Job): Promise<JobId | undefined> {
    const aim = { id: vm };
    switch (workflow) {
      case 'vm.start':
      case 'vm.stop':
      case 'vm.reboot':
        return (await this.vms.power(caller, aim, workflow.slice('vm.'.length) as 'start' | 'stop' | 'reboot')).job;
      case 'vm.resize': {
        const { to } = (await this.jobs.input(id)) as { to: Sizes };
        return (await this.resizes.resize(caller, { ...aim, package: to.package })).job;
      }
      case 'vm.destroy':
        return (await this.vms.destroy(caller, aim)).job;
      case 'vm.forget':
        return (await this.vms.forget(caller, { id: vm })).job;
      case 'vm.provision':
        throw new ServiceError('Conflict', 'a failed provision left nothing to go on from; create the instance again');
      default:
        throw new ServiceError('Conflict', `${workflow} is begun again by itself`);
    }
  }
}
