import { randomBytes } from 'node:crypto';
import { infrastructure } from './infrastructure';
import { onServer, templateDatabase } from './template';

/** A database of one suite. Every local connection is trusted; no password is needed for any role. */
export interface FreshDatabase {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** `postgresql://` address for a role; the administrator's unless told. */
  url(role?: string): string;
  /** Ends whoever is still connected and removes it. In `afterAll`; what is forgotten goes with the run. */
  drop(): Promise<void>;
}

/**
 * A database of your own, once a suite, in `beforeAll` (40 ms).
 * @param of `migrated` (unless told): every migration applied; `empty`: nothing, for tests of migrations themselves
 */
export async function freshDatabase(of: 'migrated' | 'empty' = 'migrated'): Promise<FreshDatabase> {
  const { postgres } = await infrastructure();
  const database = `t_${randomBytes(5).toString('hex')}`;
  const template = of === 'migrated' ? templateDatabase : 'template0';
  await onServer(postgres.port, (client) => client.query(`CREATE DATABASE ${database} TEMPLATE ${template}`));
  return {
    ...postgres,
    database,
    url: (role = 'postgres') => `postgresql://${role}@${postgres.host}:${postgres.port}/${database}`,
    drop: async () => {
      await onServer(postgres.port, (client) => client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));
    },
  };
}
