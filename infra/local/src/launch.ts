import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type ProcessRecord, isAlive, recordOf } from './process-record';

export interface Launch {
  readonly name: string;
  readonly argv: readonly string[];
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Directories are searched for the program, the private package cache included. */
  readonly path?: string;
}

export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Starts a process in the background, in a session of its own (a Ctrl-C at the terminal does not reach it), its output appended to a file.
 * Answers its record; it outlives the caller.
 */
export async function launch(what: Launch): Promise<ProcessRecord> {
  const log = openSync(what.logFile, 'a', 0o640);
  try {
    const [program, ...args] = what.argv;
    const child = spawn(program!, args, {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: systemPath, LANG: 'C', ...what.env },
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => reject(new Error(`starting ${what.name}: ${error.message}`)));
    });
    child.unref();
    return recordOf(what.name, child.pid!, what.logFile);
  } finally {
    closeSync(log);
  }
}

/** Waits until `ready` answers true. @throws Error with the end of the log, when the process ends or `timeoutMs` pass first */
export async function waitUntilReady(record: ProcessRecord, ready: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    if (await ready()) return;
    const why = !isAlive(record) ? 'ended' : performance.now() > until ? `is not ready after ${timeoutMs / 1000} s` : undefined;
    if (why) throw new Error(`${record.name} ${why}\n${record.logFile ? lastLines(record.logFile, 15) : ''}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** The end of a log file; empty when there is none. */
export function lastLines(file: string, count: number): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}
