import { randomUUID } from 'node:crypto';
import type { PackageId, ServerId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { aPackageRow, aVmRow } from '../test-rows.repository';
import { DeviationsRepository } from './deviations.repository';

describe('what is not as wanted', () => {
  let database: FreshDatabase;
  let db: OwnerPool;
  let pkg: PackageId;
  beforeAll(async () => {
    database = await freshDatabase();
    db = new OwnerPool('vmapi', { ...database, poolSize: 2 });
    pkg = await aPackageRow(db);
  });
  afterAll(async () => {
    await db?.end();
    await database?.drop();
  });

  it('is found where something can be done about it: not on servers that are down, not where it is absent', async () => {
    const [up, down] = [randomUUID() as ServerId, randomUUID() as ServerId];
    const old = new Date(Date.now() - 60_000);
    const deviates = { deviations: 2, seen_state: 'stopped' };
    const untold = { spec_generation: 3, told_generation: 2, seen_state: 'running', updated_at: old };
    const unfinished = { power_wanted: 'gone', seen_state: 'running', updated_at: old };
    const wanted: string[] = [];
    for (const kind of [deviates, untold, unfinished]) {
      wanted.push((await aVmRow(db, pkg, { ...kind, server: up })).id);
      await aVmRow(db, pkg, { ...kind, server: down });
    }
    await aVmRow(db, pkg, { ...untold, server: up, seen_state: 'absent' });
    wanted.push((await aVmRow(db, pkg, { ...unfinished, seen_state: null })).id); // never came to stand anywhere
    const ids = async (silent: ServerId[]) => (await new DeviationsRepository(db).find(10, silent)).map(({ id }) => id).sort();
    expect(await ids([down])).toEqual([...wanted].sort());
    expect(await ids([])).toHaveLength(wanted.length + 3);
  });
});
