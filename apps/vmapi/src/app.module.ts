import { type DynamicModule, Module } from '@nestjs/common';
import { Catalogue } from './catalogue/catalogue';
import type { VmapiConfig } from './config';
import { JobRetryService } from './jobs/job-retry.service';
import { JobsHandler } from './jobs/jobs.handler';
import { VmJobs } from './jobs/vm-jobs';
import { PackagesHandler } from './packages/packages.handler';
import { PackagesRepository } from './packages/packages.repository';
import { PackagesService } from './packages/packages.service';
import { ServerStates } from './servers/server-states';
import { UsageHandler } from './usage/usage.handler';
import { UsageRepository } from './usage/usage.repository';
import { GuestMetadata } from './vms/guest-metadata';
import { DeviationsRepository } from './vms/reconcilers/deviations.repository';
import { VmsReconciler } from './vms/reconcilers/vms.reconciler';
import { VmAuditRepository } from './vms/vm-audit.repository';
import { VmChangeRepository } from './vms/vm-change.repository';
import { VmConsoleRepository } from './vms/vm-console.repository';
import { VmConsoleService } from './vms/vm-console.service';
import { VmCreateRepository } from './vms/vm-create.repository';
import { VmPushRepository } from './vms/vm-push.repository';
import { VmPusher } from './vms/vm-pusher';
import { VmSeenRepository } from './vms/vm-seen.repository';
import { VmResizeService } from './vms/vm-resize.service';
import { VmUpdateService } from './vms/vm-update.service';
import { VmView } from './vms/vm-view';
import { VmsHandler } from './vms/vms.handler';
import { VmsReports } from './vms/vms.reports';
import { VmsRepository } from './vms/vms.repository';
import { VmsService } from './vms/vms.service';
import { BusPorts } from './vms/workflows/bus-ports';
import { VmRunRepository } from './vms/workflows/vm-run.repository';

const shared = [
  ...[VmsRepository, VmCreateRepository, VmChangeRepository, VmSeenRepository, VmPushRepository, VmAuditRepository, VmRunRepository],
  ...[PackagesRepository, PackagesService, UsageRepository, DeviationsRepository, VmConsoleRepository],
  ...[
    Catalogue,
    ServerStates,
    BusPorts,
    VmJobs,
    VmView,
    VmsService,
    VmResizeService,
    VmUpdateService,
    VmConsoleService,
    JobRetryService,
    VmPusher,
    GuestMetadata,
    VmsReconciler,
  ],
];
/** What answers on the bus. */
const doors = [VmsHandler, VmsReports, PackagesHandler, UsageHandler, JobsHandler];

@Module({})
export class AppModule {
  /** A process without the role `api` answers nothing; one without `worker` leaves jobs to others. */
  static of(config: VmapiConfig): DynamicModule {
    return { module: AppModule, providers: [...shared, ...(config.roles.includes('api') ? doors : [])] };
  }
}
