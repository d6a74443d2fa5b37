import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

/** The database every suite's own is copied from: all migrations applied, no rows but theirs. */
export const templateDatabase = 'migrated';

/** Makes the template on a fresh server. Copying it takes 30 ms; migrating takes ten times that. */
export async function makeTemplate(port: number): Promise<void> {
  await onServer(port, (client) => client.query(`CREATE DATABASE ${templateDatabase}`));
  // By its program, not by import: the database package's own tests use this kit.
  const migrate = join(repository, 'packages', 'database', 'src', 'migrate.ts');
  if (!existsSync(migrate)) return;
  execFileSync(process.execPath, ['-r', join(repository, 'scripts', 'run-typescript.js'), migrate], {
    env: { PATH: process.env['PATH'], NEREID_DATABASE_URL: `postgresql://postgres@127.0.0.1:${port}/${templateDatabase}` },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const repository = join(__dirname, '..', '..', '..');

/** Runs something as the administrator, connected to the maintenance database. */
export async function onServer<T>(port: number, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}
