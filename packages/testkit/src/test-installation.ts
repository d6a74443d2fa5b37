import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sweep } from '@nereid/infra-local/servers';
import { testRun } from './run-directory';

/** An installation's id for one suite, for what it makes on this machine beside its servers: boxes, links, control groups. */
export interface TestInstallation {
  /** 8 hex digits. */
  readonly id: string;
  /** Removes everything that carries the id. In `afterAll`; after a kill the janitor does it, since the owner is dead then. */
  release(): Promise<void>;
}

/** Makes an id of your own and says on the machine that this test run owns it, so that no janitor takes it for a leftover. */
export function testInstallation(): TestInstallation {
  const id = randomBytes(4).toString('hex');
  const { ownerPid, ownerStartTicks } = testRun();
  if (process.getuid?.() === 0) {
    mkdirSync(join('/run/nereid', id), { recursive: true });
    writeFileSync(join('/run/nereid', id, 'owner'), JSON.stringify({ pid: ownerPid, startTicks: ownerStartTicks }));
  }
  return {
    id,
    release: async () => {
      await sweep((trace) => trace.installation === id);
      rmSync(join('/run/nereid', id), { recursive: true, force: true });
    },
  };
}
