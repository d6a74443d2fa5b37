import { enrolPath } from '@nereid/contracts';
import { defineApp } from '@nereid/platform';
import type { FastifyInstance } from 'fastify';
import { AdminapiModule } from './app.module';
import { busUse } from './bus-use';
import { adminapiConfig } from './config';

export { adminapiConfig } from './config';

/** Enrolment is open to whoever reaches the door: what it reads is short. */
const enrolmentBytes = 16 * 1024;

/** The operators' door. It keeps their sessions; all else it asks of the owners. */
export const adminapiApp = defineApp({
  name: 'adminapi',
  config: adminapiConfig,
  module: (config) => AdminapiModule.of(config),
  door: {
    configure: (app) => {
      const server: FastifyInstance = app.getHttpAdapter().getInstance();
      server.addHook('onRoute', (route) => {
        if (route.url === enrolPath) route.bodyLimit = enrolmentBytes;
      });
      // A file is neither parsed nor held in memory; only routes that take one get so far.
      server.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
      server.server.requestTimeout = 0; // the door limits all others itself
    },
  },
  bus: busUse,
});
