import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemIds, type Ids } from '@nereid/ports';
import { Client, type ClientConfig } from 'pg';

/** One file of the history. */
export interface Migration {
  /** `<YYYYMMDDHHMMSS>_<owner>_<what>`: the name of its folder, and its place in the order. */
  readonly name: string;
  readonly sql: string;
  /** sha256 of the file, as Prisma's own tool computes it. */
  readonly checksum: string;
}

export interface MigrationOutcome {
  readonly applied: readonly string[];
  /** Recorded in the database but not in this program: a newer release was here. */
  readonly unknown: readonly string[];
}

/** The folder of the history, beside `src` and `dist`. */
export const migrationsFolder = join(__dirname, '..', 'migrations');

/** Reads the history, in order. @throws Error for a folder whose name breaks the convention */
export function readMigrations(folder = migrationsFolder): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      if (!/^\d{14}_[a-z]+_[a-z0-9_]+$/.test(name)) throw new Error(`migration ${name}: not <YYYYMMDDHHMMSS>_<owner>_<what>`);
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

// Any number will do, as long as everybody takes the same.
const migrationLock = 7_263_548_110;

/**
 * Brings a database to the newest schema. Safe to repeat and to run from several programs at once: they take turns, and the later
 * ones find nothing to do. A file that fails leaves the database as the file before it left it.
 * Keeps Prisma's table `_prisma_migrations`, so that its tool understands the database where it can be run.
 * @throws Error a file that was applied has been changed since, or a statement fails
 */
export async function migrate(
  connection: ClientConfig,
  history: readonly Migration[] = readMigrations(),
  ids: Ids = new SystemIds(),
): Promise<MigrationOutcome> {
  const client = new Client({ ...connection, application_name: 'nereid-migrate' });
  await client.connect();
  try {
    await client.query("SET lock_timeout = '15s'; SET statement_timeout = 0");
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    return await applyMissing(client, history, ids);
  } finally {
    await client.end(); // also gives the lock back
  }
}

async function applyMissing(client: Client, history: readonly Migration[], ids: Ids): Promise<MigrationOutcome> {
  await client.query(createBookkeeping);
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  const done = new Map(rows.map((row) => [row.migration_name, row.checksum]));
  const changed = history.filter((m) => done.has(m.name) && done.get(m.name) !== m.checksum).map((m) => m.name);
  if (changed.length > 0) throw new Error(`changed after it was applied: ${changed.join(', ')}; write a new migration instead`);

  const applied: string[] = [];
  for (const migration of history.filter((m) => !done.has(m.name))) {
    await applyOne(client, migration, ids);
    applied.push(migration.name);
  }
  const known = new Set(history.map((m) => m.name));
  return { applied, unknown: [...done.keys()].filter((name) => !known.has(name)) };
}

async function applyOne(client: Client, migration: Migration, ids: Ids): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO public._prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [ids.random(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${migration.name}: ${(error as Error).message}`, { cause: error });
  }
}

const createBookkeeping = `
  CREATE TABLE IF NOT EXISTS public._prisma_migrations (
    id                  varchar(36) PRIMARY KEY NOT NULL,
    checksum            varchar(64) NOT NULL,
    finished_at         timestamptz,
    migration_name      varchar(255) NOT NULL,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;
