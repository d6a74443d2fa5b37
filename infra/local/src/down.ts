import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './installation';
import { removeNodeFacingAddress } from './node-facing-address';
import { type ProcessRecord, stopProcess } from './process-record';
import { stopRealNodes } from './real-node';

/** The order of stopping: who uses something ends before it. What is not named ends first. */
const last = ['nats', 'redis', 'postgres'];

/** Stops every process of an installation, by pid and start time. Answers their names. Data stays. */
export async function stopAll(installation: Installation): Promise<string[]> {
  const records = installation.processes.all();
  await stopRealNodes(installation);
  const isLast = (record: ProcessRecord): boolean => last.includes(record.name);
  for (const turn of [records.filter((record) => !isLast(record)), records.filter(isLast)]) {
    await Promise.all(
      turn
        .filter(({ name }) => installation.processes.living(name))
        .map(async (record) => {
          await stopProcess(record, record.name === 'postgres' ? 'SIGINT' : 'SIGTERM'); // PostgreSQL waits for its clients on SIGTERM
          installation.processes.remove(record.name);
        }),
    );
  }
  for (const { name } of records) installation.processes.remove(name);
  removeNodeFacingAddress(installation);
  installation.releaseNames();
  return records.map((record) => record.name);
}

/** Removes an installation and everything it knew. Its processes must have been stopped. */
export function removeState(installation: Installation): void {
  rmSync(installation.state, { recursive: true, force: true, maxRetries: 5 });
  rmSync(join(installation.identity.checkout, '.nereid'), { recursive: true, force: true });
}
