import {
  createNetwork,
  createNicTag,
  deleteNetwork,
  getNetwork,
  listAddresses,
  listNetworks,
  listNicTags,
  listNics,
  networkHint,
  networkUsage,
  releaseNics,
  releaseVmNics,
  reserveNics,
  summariseNetworks,
} from '@nereid/contracts';
import { defineApp } from '@nereid/platform';
import { NapiModule } from './app.module';
import { napiConfig } from './config';

export { napiConfig } from './config';

/** NIC tags, networks, addresses and NICs. */
export const napiApp = defineApp({
  name: 'napi',
  config: napiConfig,
  module: (config) => NapiModule.of(config),
  bus: {
    serves: [
      createNicTag,
      listNicTags,
      createNetwork,
      getNetwork,
      listNetworks,
      deleteNetwork,
      listAddresses,
      networkUsage,
      summariseNetworks,
      reserveNics,
      releaseNics,
      releaseVmNics,
      listNics,
    ],
    hints: [networkHint],
    feeds: ['napi'],
  },
});
