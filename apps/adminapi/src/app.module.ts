import { Module, type DynamicModule } from '@nestjs/common';
import { CLOCK, RateLimit } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { AccountsController } from './accounts/accounts.controller';
import { KeysController } from './accounts/keys.controller';
import type { AdminapiConfig } from './config';
import { EnrolmentController } from './enrolment/enrolment.controller';
import { Door } from './http/door';
import { ImagesController } from './images/images.controller';
import { JobsController } from './jobs/jobs.controller';
import { NetworksController } from './networks/networks.controller';
import { NicsController } from './networks/nics.controller';
import { PackagesController } from './packages/packages.controller';
import { PingController } from './ping.controller';
import { ServersController } from './servers/servers.controller';
import { SessionCookie } from './sessions/session-cookie';
import { SessionsController } from './sessions/sessions.controller';
import { SessionsRepository } from './sessions/sessions.repository';
import { SessionsService } from './sessions/sessions.service';
import { SignInLimits } from './sessions/sign-in-limits';
import { VmActions } from './vms/vm-actions.service';
import { VmsController } from './vms/vms.controller';

@Module({})
export class AdminapiModule {
  static of({ enrolment }: AdminapiConfig): DynamicModule {
    return {
      module: AdminapiModule,
      controllers: [
        EnrolmentController,
        PingController,
        SessionsController,
        VmsController,
        JobsController,
        ServersController,
        NetworksController,
        NicsController,
        ImagesController,
        PackagesController,
        AccountsController,
        KeysController,
      ],
      providers: [
        { provide: RateLimit, useFactory: (clock: Clock) => new RateLimit(clock, enrolment), inject: [CLOCK] },
        SessionCookie,
        SessionsRepository,
        SessionsService,
        SignInLimits,
        Door,
        VmActions,
      ],
    };
  }
}
