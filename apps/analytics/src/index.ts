import {
  cloneInstrumentation,
  createInstrumentation,
  deleteInstrumentation,
  getInstrumentation,
  instrumentationsHint,
  instrumentationsWanted,
  listInstrumentations,
  listServers,
  listVms,
  nodeFrames,
  readSeries,
  readValues,
  serverHint,
  vmHint,
} from '@nereid/contracts';
import { defineApp } from '@nereid/platform';
import { AnalyticsModule } from './app.module';
import { analyticsConfig } from './config';

export { analyticsConfig } from './config';

/** Figures of servers and instances, second by second, and what is instrumented. */
export const analyticsApp = defineApp({
  name: 'analytics',
  config: analyticsConfig,
  module: (config) => AnalyticsModule.of(config),
  bus: {
    serves: [
      readSeries,
      createInstrumentation,
      cloneInstrumentation,
      getInstrumentation,
      listInstrumentations,
      deleteInstrumentation,
      readValues,
    ],
    calls: [listVms, listServers],
    callsNodes: [instrumentationsWanted],
    hears: [nodeFrames],
    hints: [instrumentationsHint],
    hearsHints: [vmHint, serverHint, instrumentationsHint],
  },
});
