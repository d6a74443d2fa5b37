import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { type ProcessRecord, firstWords, isAlive } from '@nereid/infra-local/servers';
import { freshDatabase, infrastructure, ownRedis } from './index';

/** For what a busy machine may keep waiting. */
const patienceMs = 30_000;
const root = join(__dirname, '..', '..', '..');

describe('infrastructure', () => {
  it('gives every suite a database of its own', async () => {
    const [one, other] = [await freshDatabase(), await freshDatabase()];
    await query(one.url(), 'CREATE TABLE mine (id int)');
    await expect(query(other.url(), 'SELECT * FROM mine')).rejects.toThrow('does not exist');
    await one.drop();
    await other.drop();
    await expect(query(one.url(), 'SELECT 1')).rejects.toThrow('does not exist');
  });

  it('starts the shared servers once', async () => {
    const [first, second] = await Promise.all([infrastructure(), infrastructure()]);
    expect(second).toBe(first);
    expect(await firstWords(first.nats.port, '', '127.0.0.1', patienceMs)).toMatch(/^INFO/);
    expect(await firstWords(first.redis.port, 'PING\r\n', '127.0.0.1', patienceMs)).toMatch(/^\+PONG/);
  });

  it('kills and restarts a server of its own on the same port', async () => {
    const redis = await ownRedis();
    await redis.kill();
    expect(await firstWords(redis.port, 'PING\r\n')).toBeUndefined();
    await redis.start();
    expect(await firstWords(redis.port, 'PING\r\n', '127.0.0.1', patienceMs)).toMatch(/^\+PONG/);
    await redis.stop();
  });

  it('leaves nothing when the run is killed', async () => {
    const script = `
      require('@nereid/testkit').infrastructure().then((found) => console.log(JSON.stringify(found)));
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-r', join(root, 'scripts/run-typescript.js'), '-e', script], {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = await new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString())));
    const { directory } = JSON.parse(said) as { directory: string };
    const servers = ['postgres', 'nats', 'redis'].map(
      (name) => JSON.parse(readFileSync(join(directory, 'run', `${name}.json`), 'utf8')) as ProcessRecord,
    );
    expect(servers.map(isAlive)).toEqual([true, true, true]);

    child.kill('SIGKILL');

    await until(() => !servers.some(isAlive) && !existsSync(directory), patienceMs);
  });
});

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => boolean, timeoutMs: number): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error('the condition did not come true');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
