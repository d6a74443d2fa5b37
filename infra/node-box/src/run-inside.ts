import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { boxPlace, startBox } from './start-box';

/**
 * `run-inside.ts <program> <argument> …`: runs a program as root in a fresh box, with the box's place as JSON in NEREID_BOX, and removes the
 * box afterwards. Prints what the program wrote; ends with 1 when the box did not start. For tests of what needs a server of its own.
 */
async function main(): Promise<void> {
  const [program, ...args] = process.argv.slice(2);
  if (!program) throw new Error('usage: run-inside.ts <program> <argument> …');
  // Not an installation's id: nobody else can have it while this process lives.
  const installation = `7e57${(process.pid & 0xffff).toString(16).padStart(4, '0')}`;
  const state = mkdtempSync(join(tmpdir(), 'nereid-run-inside-'));
  const addressFile = join(state, 'range');
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  try {
    const place = boxPlace(installation, 0, addressFile);
    const box = await startBox({
      installation,
      index: 0,
      stateDir: state,
      addressFile,
      agentArgv: [program, ...args],
      poolGiB: 8,
      env: { ...env, NEREID_BOX: JSON.stringify({ ...place, installation }) },
    });
    const stop = (): void => void box.stop(2_000);
    process.once('SIGTERM', stop);
    while (existsSync(`/proc/${box.supervisorPid}`)) await sleep(20);
    await box.stop();
    process.stdout.write(readFileSync(box.logFile, 'utf8'));
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
