import { Inject, Injectable } from '@nestjs/common';
import { type Caller, invalidField, isZone, type Package, ServiceError, type VmAndJob } from '@nereid/contracts';
import { Catalogue } from '../catalogue/catalogue';
import { VmJobs } from '../jobs/vm-jobs';
import { sizesOf } from './sizes';
import { VmChangeRepository } from './vm-change.repository';
import type { VmRow } from './vm-row';
import { type Aim, VmsService } from './vms.service';
import { mustFitImage } from './wanted-vm';

/** Gives instances the sizes of other packages. */
@Injectable()
export class VmResizeService {
  constructor(
    @Inject(VmsService) private readonly vms: VmsService,
    @Inject(VmChangeRepository) private readonly changes: VmChangeRepository,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(VmJobs) private readonly jobs: VmJobs,
  ) {}

  /**
   * Queues a resize; no job when it has the package and nothing is under way. Whether its server has the room is the job's to find out.
   * @throws ValidationFailed with field `package` @throws InvalidArgument a virtual machine @throws QuotaExceeded
   * @throws Conflict another resize has not ended, or its state @throws ResourceNotFound @throws Gone @throws UnallocatedVM
   */
  resize(caller: Caller, { package: wanted, ...aim }: Aim & { readonly package: string }): Promise<VmAndJob> {
    return this.vms.withJob(caller, aim, async (row) => {
      this.vms.mustBeAble(row, 'resize');
      const pkg = await this.catalogue.package(wanted, row.owner);
      if (row.package_id === pkg.id && row.job === null) return undefined;
      await this.mustFit(row, pkg, caller);
      const to = sizesOf(pkg);
      const job = this.jobs.newJob('vm.resize', { vm: row.id, to }, 'resize');
      return { job, commit: () => this.changes.resizeWithJob(row, to, job, caller, aim.idempotency) };
    });
  }

  private async mustFit(row: VmRow, pkg: Package, caller: Caller): Promise<void> {
    if (!isZone(row.brand))
      throw new ServiceError('InvalidArgument', `an instance of brand ${row.brand} cannot be resized where it stands; make a new one`);
    if (pkg.brand && pkg.brand !== row.brand)
      throw invalidField('package', `package ${pkg.name} is for brand ${pkg.brand}, and the instance is ${row.brand}`);
    const image = await this.catalogue.imageInUse(row.image_id, row.owner, caller);
    if (image) mustFitImage('package', pkg, image);
  }
}
