import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type NatsWanted,
  type ProcessRecord,
  ProcessRecords,
  Unprivileged,
  freePort,
  startNats,
  startRedis,
  stopProcess,
} from '@nereid/infra-local/servers';
import { infrastructure } from './infrastructure';

/** A server for one suite, to be killed, restarted and wiped without disturbing the others. Same port after each restart. */
export interface OwnServer {
  readonly port: number;
  readonly url: string;
  readonly directory: string;
  /** SIGKILL: its clients see the connection break. */
  kill(): Promise<void>;
  /** Starts it again, with what its directory holds (Redis: with nothing). */
  start(): Promise<void>;
  /** Ends it. In `afterAll`; what is forgotten is ended with the run. */
  stop(): Promise<void>;
}

/** A NATS server of your own; `settings` may hold authorization lines and TLS. `settings.directory` may hold a resolver's files already. */
export function ownNats(
  settings: Pick<Partial<NatsWanted>, 'authorization' | 'tls' | 'directory'> | ((directory: string) => Partial<NatsWanted>) = {},
): Promise<OwnServer> {
  return ownServer('nats', (where) => startNats({ ...where, ...(typeof settings === 'function' ? settings(where.directory) : settings) }));
}

/** A Redis server of your own. */
export function ownRedis(): Promise<OwnServer> {
  return ownServer('redis', startRedis);
}

interface Where {
  directory: string;
  logFile: string;
  port: number;
  as: Unprivileged;
  env: Record<string, string>;
}

async function ownServer(kind: 'nats' | 'redis', startIt: (where: Where) => Promise<ProcessRecord>): Promise<OwnServer> {
  const run = await infrastructure();
  const name = `${kind}-${randomBytes(4).toString('hex')}`;
  const as = new Unprivileged(join(__dirname, '..', '..', '..'), run.directory);
  const where: Where = {
    directory: as.ownDirectory(join(run.directory, name)),
    logFile: join(run.directory, `${name}.log`),
    port: await freePort(),
    as,
    env: { NEREID_INSTALLATION: run.installation },
  };
  const records = new ProcessRecords(join(run.directory, 'run'));
  let record: ProcessRecord | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (record) await stopProcess(record, signal);
    records.remove(name);
    record = undefined;
  };
  const start = async (): Promise<void> => {
    if (record) return;
    record = { ...(await startIt(where)), name };
    records.save(record);
  };
  await start();
  return {
    port: where.port,
    url: `${kind}://127.0.0.1:${where.port}`,
    directory: where.directory,
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}
