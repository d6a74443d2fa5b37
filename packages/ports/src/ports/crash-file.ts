import { readFileSync, unlinkSync } from 'node:fs';

/** The environment variable that names the file; it must be set when the process starts. */
export const crashFileVariable = 'NEREID_CRASH_FILE';

/**
 * Where tests end a process as `kill -9` would. The file, if there is one, holds the name of one point in the program; who reaches that
 * point removes the file and dies. So one running cloud can be killed at point after point without a restart for each arming, and a
 * process that is started again does not die there a second time. Without the variable nothing is ever read: production.
 */
export class CrashFile {
  private readonly file: string | undefined;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.file = env[crashFileVariable] || undefined;
  }

  /** Whether this process may be made to die at all. */
  get isWatched(): boolean {
    return this.file !== undefined;
  }

  /** Answers at once, or never. */
  reach(point: string): void | Promise<never> {
    if (this.file === undefined || !this.isArmedAt(point)) return;
    process.kill(process.pid, 'SIGKILL');
    return new Promise<never>(() => undefined); // the signal takes effect only when the kernel gets to it
  }

  /** Of several who get there at once only one takes the file away. */
  private isArmedAt(point: string): boolean {
    try {
      if (readFileSync(this.file!, 'utf8').trim() !== point) return false;
      unlinkSync(this.file!);
      return true;
    } catch {
      return false;
    }
  }
}
