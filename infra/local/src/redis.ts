import { launch, waitUntilReady } from './launch';
import { firstWords } from './loopback';
import type { ProcessRecord } from './process-record';
import { findProgram } from './programs';
import type { Unprivileged } from './unprivileged';

export interface RedisWanted {
  readonly directory: string;
  readonly port: number;
  readonly logFile: string;
  readonly as: Unprivileged;
  readonly env?: Readonly<Record<string, string>>;
  /** Told as soon as the process exists, so that it is on record even when the starter is interrupted. */
  readonly started?: (record: ProcessRecord) => void;
}

/** Starts Redis for the queue of wake-ups. Nothing is written to disk: PostgreSQL is the truth, and losing every wake-up costs two seconds. */
export async function startRedis(wanted: RedisWanted): Promise<ProcessRecord> {
  const { file, env } = findProgram('redis-server');
  wanted.as.ownDirectory(wanted.directory);
  const settings = {
    'bind': '127.0.0.1',
    'port': `${wanted.port}`,
    'dir': wanted.directory,
    'save': '',
    'appendonly': 'no',
    'maxmemory-policy': 'noeviction', // an evicted key would be a lost wake-up; BullMQ asks for it
    'daemonize': 'no',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const argv = wanted.as.argv([file, ...flags]);
  const record = await launch({ name: 'redis', argv, logFile: wanted.logFile, env: { ...env, ...wanted.env } });
  wanted.started?.(record);
  await waitUntilReady(record, async () => (await firstWords(wanted.port, 'PING\r\n'))?.startsWith('+PONG') ?? false, 30_000);
  return record;
}
