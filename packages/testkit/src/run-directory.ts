import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTicksOf } from '@nereid/infra-local/servers';

/** One test run: the process whose end is the end of the run, and the directory that everything of the run lives in. */
export interface TestRun {
  readonly ownerPid: number;
  readonly ownerStartTicks: number;
  /** 8 hex digits in the name of everything the run makes, as of every installation. */
  readonly installation: string;
  readonly directory: string;
}

/**
 * The run this process belongs to. Jest's main process tells its workers through the environment (config/jest-run.js); without it (a bench,
 * a script) the process is a run of its own. Nothing is made here.
 */
export function testRun(): TestRun {
  const [pid, ticks] = (process.env['NEREID_TEST_OWNER'] ?? `${process.pid}:${startTicksOf(process.pid)}`).split(':').map(Number);
  const installation = createHash('sha256').update(`${pid}:${ticks}`).digest('hex').slice(0, 8);
  return {
    ownerPid: pid!,
    ownerStartTicks: ticks!,
    installation,
    directory: join(tmpdir(), `nereid-test-${installation}`),
  };
}
