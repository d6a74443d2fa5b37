import { hostname } from 'node:os';
import { join } from 'node:path';
import { createLinuxDriver } from '@nereid/driver-linux';
import type { ServerDriver } from '@nereid/driver';
import { SimulatedServer } from '@nereid/driver-simulated';
import { SystemLinePrograms, type Clock, type Runner } from '@nereid/ports';
import type { AgentConfig } from './config';
import type { Identity } from './enrolment/identity';
import type { Log } from './log';

/** One server to be: where it keeps its state, its name, and its driver once it knows who it is. */
export interface Seat {
  readonly folder: string;
  readonly hostname: string;
  readonly driver: (identity: Required<Identity>) => ServerDriver;
}

/** The servers that this process is to be: the one it runs on, or as many simulated ones as are asked for. */
export function seatsOf(config: AgentConfig, clock: Clock, runner: Runner, log: Log): Seat[] {
  if (config.driver === 'linux') {
    const name = config.hostname ?? hostname();
    return [
      {
        folder: config.stateDir,
        hostname: name,
        driver: ({ enrolled }) =>
          createLinuxDriver({
            ...config.linux,
            hostname: name,
            installation: enrolled.installation,
            runner,
            linePrograms: new SystemLinePrograms(),
            clock,
            onProblem: (tried, err) => log.warn({ err, tried }, 'something could not be done in the background'),
          }),
      },
    ];
  }
  const { simulated } = config;
  return Array.from({ length: simulated.servers }, (_, index) => {
    const name = `${simulated.hostnamePrefix}${index}`;
    const folder = join(config.stateDir, name);
    return {
      folder,
      hostname: name,
      driver: () => new SimulatedServer({ ...simulated, name, clock, folder: simulated.keepState ? folder : undefined }),
    };
  });
}
