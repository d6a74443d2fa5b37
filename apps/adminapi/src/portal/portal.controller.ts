import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Portal } from './portal';

/** Every address that is no route of the API. */
@Controller()
export class PortalController {
  constructor(private readonly portal: Portal) {}

  @Get('*')
  serve(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    void this.portal.serve(request, reply);
  }
}
