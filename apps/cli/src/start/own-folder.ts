import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { statSync, writeFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';

const digestBytes = 32;
const othersWrite = 0o022;
const others = 0o077;

/**
 * A folder of what earlier runs kept. It may make a run faster and must not do anything else, so a file counts only when it and its folder belong to
 * this user, nobody else may read it or write to either, and its own digest is right. Whatever else is there, or cannot be read or written, costs the time
 * that it would have saved and nothing more.
 */
export class OwnFolder {
  /** `path` undefined: nothing is kept. */
  constructor(
    private readonly path: string | undefined,
    private readonly user: number | undefined = process.geteuid?.(),
  ) {}

  read(name: string, mostBytes: number): Buffer | undefined {
    try {
      const folder = this.own();
      return folder === undefined ? undefined : unpacked(this.readOwn(join(folder, name), mostBytes));
    } catch {
      return undefined;
    }
  }

  /** Written beside and renamed: a reader sees the old file or the new one. Of files that end alike the newest `keep` stay. */
  write(name: string, bytes: Buffer, suffix: string, keep: number): void {
    try {
      if (this.path === undefined) return;
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
      const folder = this.own();
      if (folder === undefined) return;
      const unfinished = join(folder, `${name}.${process.pid}`);
      writeFileSync(unfinished, Buffer.concat([digestOf(bytes), bytes]), { mode: 0o600 });
      renameSync(unfinished, join(folder, name));
      removeOldest(folder, suffix, keep);
    } catch {
      // the next run tries again
    }
  }

  private own(): string | undefined {
    return this.path !== undefined && this.isOwn(lstatSync(this.path), othersWrite) ? this.path : undefined;
  }

  private readOwn(file: string, mostBytes: number): Buffer | undefined {
    const opened = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const stats = fstatSync(opened);
      return stats.isFile() && stats.size <= mostBytes && this.isOwn(stats, others) ? readFileSync(opened) : undefined;
    } finally {
      closeSync(opened);
    }
  }

  private isOwn({ uid, mode }: Stats, forbidden: number): boolean {
    return uid === this.user && (mode & forbidden) === 0;
  }
}

/** Where it is: `$XDG_CACHE_HOME/nereid`, else `~/.cache/nereid`. */
export function cacheFolder({ XDG_CACHE_HOME: caches, HOME: home }: Readonly<Record<string, string | undefined>>): string | undefined {
  if (caches?.startsWith('/')) return join(caches, 'nereid');
  return home?.startsWith('/') ? join(home, '.cache', 'nereid') : undefined;
}

function unpacked(file: Buffer | undefined): Buffer | undefined {
  const bytes = file?.subarray(digestBytes);
  return bytes && digestOf(bytes).equals(file!.subarray(0, digestBytes)) ? bytes : undefined;
}

function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function removeOldest(folder: string, suffix: string, keep: number): void {
  const files = readdirSync(folder).filter((name) => name.includes(suffix));
  if (files.length <= keep) return;
  const byAge = files.map((name) => ({ name, writtenMs: statSync(join(folder, name)).mtimeMs })).sort((a, b) => b.writtenMs - a.writtenMs);
  for (const { name } of byAge.slice(keep)) rmSync(join(folder, name), { force: true });
}
