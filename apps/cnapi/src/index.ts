import {
  beat,
  createEnrolmentToken,
  enrolServer,
  explainPlacement,
  facts,
  getServer,
  listServers,
  summariseServers,
  releaseCapacity,
  releaseVmCapacity,
  reserveCapacity,
  reserveMoreCapacity,
  settleCapacity,
  unsettleCapacity,
  revokeServer,
  serverHint,
  updateServer,
} from '@nereid/contracts';
import { defineApp } from '@nereid/platform';
import { CnapiModule } from './app.module';
import { cnapiConfig } from './config';

export { cnapiConfig } from './config';

/** Servers: enrolment, liveness, capacity, placement and reservations. */
export const cnapiApp = defineApp({
  name: 'cnapi',
  config: cnapiConfig,
  module: (config) => CnapiModule.of(config),
  bus: {
    serves: [
      getServer,
      listServers,
      summariseServers,
      updateServer,
      createEnrolmentToken,
      enrolServer,
      revokeServer,
      reserveCapacity,
      reserveMoreCapacity,
      settleCapacity,
      unsettleCapacity,
      releaseCapacity,
      releaseVmCapacity,
      explainPlacement,
    ],
    hears: [beat, facts],
    hints: [serverHint],
    feeds: ['cnapi'],
    follows: ['cnapi'],
  },
});
