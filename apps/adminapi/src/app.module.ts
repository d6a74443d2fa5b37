import { Module, type DynamicModule } from '@nestjs/common';
import { CLOCK, RateLimit } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import type { AdminapiConfig } from './config';
import { EnrolmentController } from './enrolment/enrolment.controller';
import { PingController } from './ping.controller';

@Module({})
export class AdminapiModule {
  static of({ enrolment }: AdminapiConfig): DynamicModule {
    return {
      module: AdminapiModule,
      controllers: [EnrolmentController, PingController],
      providers: [{ provide: RateLimit, useFactory: (clock: Clock) => new RateLimit(clock, enrolment), inject: [CLOCK] }],
    };
  }
}
