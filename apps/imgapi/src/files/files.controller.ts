import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Controller, Get, Head, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import { ServiceError } from '@nereid/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseRange } from './byte-range';
import { FilesSettings } from './files-settings';
import type { Transfer } from './transfers.repository';
import { TransfersService } from './transfers.service';

/** The file door: `GET` and `PUT /files/<one-time token>`. The token is all the authority there is, so it never reaches a log. */
@Controller('files')
export class FilesController {
  private underWay = 0;

  constructor(
    private readonly transfers: TransfersService,
    private readonly settings: FilesSettings,
  ) {}

  @Head(':token')
  async head(@Param('token') token: string, @Res() reply: FastifyReply): Promise<void> {
    const transfer = await this.transfers.look(token);
    await describeFile(reply, transfer).header('content-length', transfer.sizeBytes).send();
  }

  @Get(':token')
  async get(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { sizeBytes } = await this.transfers.look(token);
    const range = parseRange(request.headers.range, sizeBytes);
    if (range === 'unsatisfiable') {
      await reply.code(416).header('content-range', `bytes */${sizeBytes}`).send({ code: 'InvalidHeader', message: 'no such range' });
      return;
    }
    await this.counted(async () => {
      const whole = { start: 0, end: sizeBytes - 1 };
      const { start, end } = range ?? whole;
      const out = await this.transfers.open(token, { start, end });
      describeFile(reply, out.transfer).header('content-length', end - start + 1);
      if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${sizeBytes}`);
      // Also when the client has gone already: then nothing would be heard of it any more.
      const ended = finished(reply.raw).then(
        () => true,
        () => false,
      );
      out.bytes.once('error', () => reply.raw.destroy());
      void reply.send(out.bytes);
      const isDone = await ended;
      out.bytes.destroy();
      await out.settle(isDone);
    });
  }

  @Put(':token')
  @HttpCode(204)
  async put(@Param('token') token: string, @Req() request: FastifyRequest): Promise<void> {
    await this.counted(() => this.transfers.accept(token, request.body as Readable));
  }

  private async counted(act: () => Promise<void>): Promise<void> {
    if (this.underWay >= this.settings.maxTransfers) throw new ServiceError('ServiceUnavailable', 'too many transfers; try again shortly');
    this.underWay++;
    try {
      await act();
    } finally {
      this.underWay--;
    }
  }
}

function describeFile(reply: FastifyReply, { sha256 }: Transfer): FastifyReply {
  return reply
    .header('content-type', 'application/octet-stream')
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'no-store')
    .header('etag', `"${sha256}"`)
    .header('repr-digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`);
}
