// The process that owns a test run's servers: `keeper.ts <directory> <installation> <owner's pid> <owner's start ticks>`.
// It outlives a jest that is killed just long enough to clean up after it.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ProcessRecords,
  type ProcessRecord,
  Unprivileged,
  freePort,
  recordOf,
  startNats,
  startPostgres,
  startRedis,
  startTicksOf,
  stopProcess,
  sweep,
} from '@nereid/infra-local/servers';
import type { Infrastructure } from './infrastructure';
import { makeTemplate } from './template';

const [directory, installation, ownerPid, ownerStartTicks] = process.argv.slice(2) as [string, string, string, string];
const records = new ProcessRecords(join(directory, 'run'));

async function main(): Promise<void> {
  writeFileSync(join(directory, 'owner'), JSON.stringify(recordOf('keeper', process.pid))); // hands off, janitor: it is being cleaned up
  try {
    const infrastructure = await startServers();
    writeFileSync(join(directory, 'ready.json.new'), JSON.stringify(infrastructure));
    renameSync(join(directory, 'ready.json.new'), join(directory, 'ready.json')); // a reader never sees half of it
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    writeFileSync(join(directory, 'failed.txt'), '');
  }
  await endOfRun();
  await Promise.all(records.all().map((record) => stopProcess(record, signalFor(record), 5_000).catch(() => undefined)));
  await sweep((trace) => trace.installation === installation && trace.name !== `${process.pid}`); // what tests made under the run's id
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
}

async function startServers(): Promise<Infrastructure> {
  const as = new Unprivileged(join(__dirname, '..', '..', '..'), directory);
  const [pgPort, natsPort, redisPort] = [await freePort(), await freePort(), await freePort()];
  const env = { NEREID_INSTALLATION: installation };
  const where = (name: string): { directory: string; logFile: string } => ({
    directory: join(directory, name),
    logFile: join(directory, `${name}.log`),
  });
  // Recorded as they come, so that a half-started run is cleaned up too.
  const common = { as, env, started: (record: ProcessRecord) => records.save(record) };
  await Promise.all([
    startPostgres({ ...where('postgres'), ...common, port: pgPort, maxConnections: 300, isDurable: false }).then(() =>
      makeTemplate(pgPort),
    ),
    startNats({ ...where('nats'), ...common, port: natsPort }),
    startRedis({ ...where('redis'), ...common, port: redisPort }),
  ]);
  return {
    postgres: { host: '127.0.0.1', port: pgPort },
    nats: { port: natsPort, url: `nats://127.0.0.1:${natsPort}` },
    redis: { port: redisPort, url: `redis://127.0.0.1:${redisPort}` },
    directory,
    installation,
  };
}

/** Resolves when the owner is gone, or when it asks (SIGTERM) before it goes. */
function endOfRun(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    const look = setInterval(() => {
      if (startTicksOf(Number(ownerPid)) === Number(ownerStartTicks)) return;
      clearInterval(look);
      resolve();
    }, 200);
  });
}

/** PostgreSQL waits for its clients on SIGTERM; SIGINT ends them. */
function signalFor(record: ProcessRecord): NodeJS.Signals {
  return record.name.startsWith('postgres') ? 'SIGINT' : 'SIGTERM';
}

void main().then(() => process.exit(0));
