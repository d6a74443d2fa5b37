import { Client } from 'pg';
import { migrate } from './migrations';
import { OwnerPool } from './owner-pool';
import type { SchemaOwner } from './owners';
import { startTestPostgres, type TestPostgres } from './ports/test-postgres';

export { startTestPostgres, type TestPostgres } from './ports/test-postgres';

/** A migrated database of its own for one test file. */
export interface TestDatabase {
  readonly server: TestPostgres;
  readonly name: string;
  /** A pool with the owner's role, closed by {@link TestDatabase.drop}. */
  pool(owner: SchemaOwner, poolSize?: number): OwnerPool;
  /** A connection of the role that owns everything. */
  asAdministrator<T>(work: (client: Client) => Promise<T>): Promise<T>;
  drop(): Promise<void>;
}

/** Starts a server and makes one migrated database on it. The roles need no password there. */
export async function startTestDatabase(options: { durable?: boolean; empty?: boolean } = {}): Promise<TestDatabase> {
  const server = await startTestPostgres(options);
  const name = 'nereid_test';
  await withClient({ ...server, database: 'postgres' }, (client) => client.query(`CREATE DATABASE ${name}`));
  const where = { host: server.host, port: server.port, user: server.user, database: name };
  if (!options.empty) await migrate(where);
  const pools: OwnerPool[] = [];
  return {
    server,
    name,
    pool(owner, poolSize = 4) {
      const pool = new OwnerPool(owner, { host: server.host, port: server.port, database: name, poolSize });
      pools.push(pool);
      return pool;
    },
    asAdministrator: (work) => withClient(where, work),
    async drop() {
      await Promise.all(pools.map((pool) => pool.end()));
      await server.stop();
    },
  };
}

async function withClient<T>(
  where: { host: string; port: number; user: string; database: string },
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ host: where.host, port: where.port, user: where.user, database: where.database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
