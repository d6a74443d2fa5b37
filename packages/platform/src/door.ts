import { readFileSync } from 'node:fs';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Uuid } from '@nereid/contracts';
import type { Ids } from '@nereid/ports';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { withContext } from './context';
import type { DoorOptions } from './define-app';
import { ErrorFilter } from './error.filter';
import type { Log } from './log';
import { NestLog } from './nest-log';
import type { HttpConfig } from './service-config';

/**
 * A Nest application that speaks HTTP(S) on Fastify, listening. Each request has an id: the client's `x-request-id` when that is a
 * UUID, else a new one; it comes back in the answer and stands in each log line.
 */
export async function openDoor(
  module: DynamicModule,
  http: HttpConfig,
  options: DoorOptions,
  tools: { log: Log; ids: Ids },
): Promise<NestFastifyApplication> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only doors pay for Fastify
  const { FastifyAdapter } = require('@nestjs/platform-fastify') as typeof import('@nestjs/platform-fastify');
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyLimit ?? 1024 * 1024,
    genReqId: (request: { headers: Record<string, unknown> }) => {
      const given = Uuid.safeParse(request.headers['x-request-id']);
      return given.success ? given.data : tools.ids.random();
    },
    // A client that sends its head or body too slowly must not hold a connection for ever.
    requestTimeout: 120_000,
    keepAliveTimeout: 30_000,
    routerOptions: { maxParamLength: 512 },
    // Nest's shutdown waits for requests that run; idle keep-alive connections are closed at once.
    forceCloseConnections: 'idle',
    ...(http.tls && { https: { cert: readFileSync(http.tls.certFile), key: readFileSync(http.tls.keyFile) } }),
  } as ConstructorParameters<typeof FastifyAdapter>[0]);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: new NestLog(tools.log), abortOnError: false });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    withContext({ requestId: request.id }, done);
  });
  if (options.usualErrors !== false) app.useGlobalFilters(new ErrorFilter(tools.log));
  await options.configure?.(app);
  await app.listen(http.port, http.host);
  return app;
}
