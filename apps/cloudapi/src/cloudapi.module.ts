import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccountController } from './account/account.controller';
import { AnalyticsController } from './analytics/analytics.controller';
import { Measurements } from './analytics/measurements';
import { Authenticator } from './auth/authenticator';
import { KnownKeys } from './auth/known-keys';
import { Catalogue } from './catalogue';
import { ChangefeedController } from './changefeed/changefeed.controller';
import { Changefeeds } from './changefeed/changefeeds';
import { DatacentersController } from './datacenters/datacenters.controller';
import { Door } from './http/door';
import { ErrorsFilter } from './http/errors.filter';
import { ConsoleRelay } from '@nereid/platform';
import { ImagesController } from './images/images.controller';
import { KeysController } from './keys/keys.controller';
import { ConsoleController } from './machines/console.controller';
import { JobChanges } from './machines/job-changes';
import { JobsController } from './machines/jobs.controller';
import { MachinesController } from './machines/machines.controller';
import { MachinesService } from './machines/machines.service';
import { MetadataController } from './machines/metadata.controller';
import { NicsController } from './machines/nics.controller';
import { TagsController } from './machines/tags.controller';
import { NetworksController } from './networks/networks.controller';
import { PackagesController } from './packages/packages.controller';

/** The wiring of the door. Bus, settings and ports come from the platform, or from a test. */
@Module({
  controllers: [
    DatacentersController,
    AccountController,
    KeysController,
    PackagesController,
    ImagesController,
    NetworksController,
    MachinesController,
    ConsoleController,
    ChangefeedController,
    JobsController,
    MetadataController,
    TagsController,
    NicsController,
    AnalyticsController,
  ],
  providers: [
    { provide: APP_FILTER, useClass: ErrorsFilter },
    KnownKeys,
    Authenticator,
    Catalogue,
    MachinesService,
    Measurements,
    JobChanges,
    Changefeeds,
    ConsoleRelay,
    Door,
  ],
})
export class CloudapiModule {}
