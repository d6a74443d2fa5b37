import { readFileSync, readdirSync, statSync } from 'node:fs';

/**
 * Looks for what speaks for somebody behind an installation, and notes when it was not allowed to look: what a user may not read is not the
 * same as what is not there.
 */
export class Evidence {
  /** Something could not be read, and might have said that somebody lives. */
  isIncomplete = false;

  /** A file's text; undefined when there is none, or none that may be read. */
  read(file: string): string | undefined {
    return this.look(() => readFileSync(file, 'utf8'));
  }

  /** Names in a directory. */
  list(directory: string): string[] {
    return this.look(() => readdirSync(directory)) ?? [];
  }

  exists(path: string): boolean {
    return this.look(() => statSync(path)) !== undefined;
  }

  private look<T>(at: () => T): T | undefined {
    try {
      return at();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM') this.isIncomplete = true;
      return undefined;
    }
  }
}
