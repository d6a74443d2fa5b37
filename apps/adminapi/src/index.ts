import { enrolServer } from '@nereid/contracts';
import { defineApp } from '@nereid/platform';
import { AdminapiModule } from './app.module';
import { adminapiConfig } from './config';

export { adminapiConfig } from './config';

/** The operators' door; so far enrolment of servers and a ping. */
export const adminapiApp = defineApp({
  name: 'adminapi',
  config: adminapiConfig,
  module: (config) => AdminapiModule.of(config),
  bus: { calls: [enrolServer] },
  door: { bodyLimit: 16 * 1024 },
});
