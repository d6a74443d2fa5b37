import { listServers, listVms, nodeFrames, readSeries, serverHint, vmHint } from '@nereid/contracts';
import { defineApp } from '@nereid/platform';
import { AnalyticsModule } from './app.module';
import { analyticsConfig } from './config';

export { analyticsConfig } from './config';

/** Figures of servers and instances, second by second. */
export const analyticsApp = defineApp({
  name: 'analytics',
  config: analyticsConfig,
  module: (config) => AnalyticsModule.of(config),
  bus: {
    serves: [readSeries],
    calls: [listVms, listServers],
    hears: [nodeFrames],
    hearsHints: [vmHint, serverHint],
  },
});
