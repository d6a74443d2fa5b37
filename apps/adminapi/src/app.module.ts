import { Module, type DynamicModule } from '@nestjs/common';
import { CLOCK, ConsoleRelay, RateLimit } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { AccountsController } from './accounts/accounts.controller';
import { KeysController } from './accounts/keys.controller';
import { AnalyticsController } from './analytics/analytics.controller';
import { AttentionController } from './attention/attention.controller';
import { AttentionService } from './attention/attention.service';
import { ChangeFeeds } from './changes/change-feeds';
import { ChangesGateway } from './changes/changes.gateway';
import type { AdminapiConfig } from './config';
import { EnrolmentController } from './enrolment/enrolment.controller';
import { Door } from './http/door';
import { WebSockets } from './http/web-sockets';
import { FileDoor } from './images/file-door';
import { ImagesController } from './images/images.controller';
import { JobsController } from './jobs/jobs.controller';
import { NetworksController } from './networks/networks.controller';
import { NicsController } from './networks/nics.controller';
import { PackagesController } from './packages/packages.controller';
import { PingController } from './ping.controller';
import { Portal } from './portal/portal';
import { PortalController } from './portal/portal.controller';
import { ServersController } from './servers/servers.controller';
import { PasswordChanges } from './sessions/password-changes';
import { SessionCookie } from './sessions/session-cookie';
import { SessionsController } from './sessions/sessions.controller';
import { SessionsRepository } from './sessions/sessions.repository';
import { SessionsService } from './sessions/sessions.service';
import { SignInLimits } from './sessions/sign-in-limits';
import { ConsoleController } from './vms/console.controller';
import { ConsolesGateway } from './vms/consoles.gateway';
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
        ConsoleController,
        JobsController,
        ServersController,
        NetworksController,
        NicsController,
        ImagesController,
        PackagesController,
        AccountsController,
        KeysController,
        AnalyticsController,
        AttentionController,
        PortalController, // last: it takes what nobody else does
      ],
      providers: [
        { provide: RateLimit, useFactory: (clock: Clock) => new RateLimit(clock, enrolment), inject: [CLOCK] },
        SessionCookie,
        SessionsRepository,
        SessionsService,
        SignInLimits,
        Portal,
        Door,
        WebSockets,
        ChangeFeeds,
        ChangesGateway,
        ConsoleRelay,
        ConsolesGateway,
        PasswordChanges,
        VmActions,
        AttentionService,
        FileDoor,
      ],
    };
  }
}
