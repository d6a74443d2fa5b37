import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { createEnrolmentToken, enrolServer, revokeServer } from '@nereid/contracts';
import { EnrolmentService } from './enrolment.service';

@Injectable()
export class EnrolmentHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly enrolment: EnrolmentService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(createEnrolmentToken, ({ validForMs, server }, caller) => this.enrolment.createToken(validForMs, server, caller));
    this.bus.serve(enrolServer, (want, caller) => this.enrolment.enrol(want, caller));
    this.bus.serve(revokeServer, async ({ server }, caller) => ({ revoked: await this.enrolment.revoke(server, caller) }));
  }
}
