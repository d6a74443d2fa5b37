import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A process that was started and may have to be stopped by a later command. A pid alone is not enough: the kernel uses it again. With the
 * start time beside it the pair names one process for ever (until the next boot, which `bootId` tells apart).
 */
export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks since boot. */
  readonly startTicks: number;
  readonly bootId: string;
  readonly logFile?: string;
}

/** Start of a living process in clock ticks since boot; undefined when there is none, or only its corpse. */
export function startTicksOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may hold spaces and brackets
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return Number(fields[19]);
  } catch {
    return undefined;
  }
}

let bootIdOnce: string | undefined;
function bootId(): string {
  return (bootIdOnce ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
}

/** @throws Error the process has ended already */
export function recordOf(name: string, pid: number, logFile?: string): ProcessRecord {
  const startTicks = startTicksOf(pid);
  if (startTicks === undefined) throw new Error(`${name} ended at once${logFile ? `; see ${logFile}` : ''}`);
  return { name, pid, startTicks, bootId: bootId(), ...(logFile ? { logFile } : {}) };
}

export function isAlive(record: Pick<ProcessRecord, 'pid' | 'startTicks' | 'bootId'>): boolean {
  return record.bootId === bootId() && startTicksOf(record.pid) === record.startTicks;
}

/** Resolves when the process has ended; false when it still lives after `timeoutMs`. */
export async function waitForEnd(record: ProcessRecord, timeoutMs: number): Promise<boolean> {
  const until = performance.now() + timeoutMs;
  while (isAlive(record)) {
    if (performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

/** Ends a process: the polite signal first, SIGKILL after `graceMs`. One that has ended counts as done; another with its pid is not touched. */
export async function stopProcess(record: ProcessRecord, polite: NodeJS.Signals = 'SIGTERM', graceMs = 10_000): Promise<void> {
  for (const [signal, waitMs] of [
    [polite, graceMs],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(record)) return;
    try {
      process.kill(record.pid, signal);
    } catch {
      return; // it ended in between
    }
    if (await waitForEnd(record, waitMs)) return;
  }
  throw new Error(`${record.name} (pid ${record.pid}) does not end, not even by SIGKILL`);
}

/** The records of one installation: a file a process, in one directory. */
export class ProcessRecords {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  save(record: ProcessRecord): void {
    const file = join(this.directory, `${record.name}.json`);
    writeFileSync(`${file}.new`, JSON.stringify(record)); // renamed, so that a Ctrl-C never leaves half a record
    renameSync(`${file}.new`, file);
  }

  /** Every record, of the dead too, by name. */
  all(): ProcessRecord[] {
    return readdirSync(this.directory)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => JSON.parse(readFileSync(join(this.directory, file), 'utf8')) as ProcessRecord);
  }

  /** The record of a process that lives; undefined when it is dead or was never started. */
  living(name: string): ProcessRecord | undefined {
    const record = this.all().find((each) => each.name === name);
    return record && isAlive(record) ? record : undefined;
  }

  remove(name: string): void {
    rmSync(join(this.directory, `${name}.json`), { force: true });
  }
}
