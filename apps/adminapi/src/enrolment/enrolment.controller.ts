import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { EnrolRequest, enrolPath, enrolServer, fromZodError, type EnrolReply, type RequestId } from '@nereid/contracts';
import { CONFIG, RateLimit } from '@nereid/platform';
import type { FastifyRequest } from 'fastify';
import type { AdminapiConfig } from '../config';

/** Enrolment of servers. The request carries a secret token and the answer a credential: neither is logged. */
@Controller()
export class EnrolmentController {
  constructor(
    private readonly bus: Bus,
    private readonly limit: RateLimit,
    @Inject(CONFIG) private readonly config: AdminapiConfig,
  ) {}

  @Post(enrolPath)
  @HttpCode(200)
  async enrol(@Body() body: unknown, @Req() request: FastifyRequest): Promise<EnrolReply> {
    this.limit.mustAllow(request.ip);
    const want = EnrolRequest.safeParse(body);
    if (!want.success) throw fromZodError(want.error, 'enrolment');
    const caller = { kind: 'service' as const, service: 'adminapi', requestId: request.id as RequestId };
    const enrolled = await this.bus.call(enrolServer, want.data, caller);
    return { ...enrolled, datacenter: this.config.datacenter, installation: this.config.installation };
  }
}
