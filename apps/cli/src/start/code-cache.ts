import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { statSync, writeFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';

/** What is kept of a text: V8's code of it, and the commands that were run with it, whose functions are therefore in it. */
export interface KeptCode {
  readonly code: Buffer;
  readonly commands: readonly string[];
}

const digestBytes = 32;
const suffix = '.code';
/** Of other versions of the command or of Node: so many files stay. */
const keptFiles = 4;
const mostBytes = 16 * 1024 * 1024;

/**
 * Compiled code of earlier runs. V8 believes what it is given: changed bytes crash it, and made-up ones run. So a file counts only when it and
 * its folder belong to this user and nobody else may write them, when its name holds the digest of the text and of this very Node, and when
 * its own digest is right. Whatever else is there, or cannot be read or written, costs the time that it would have saved and nothing more.
 */
export class CodeCache {
  /** `folder` undefined: nothing is kept. */
  constructor(
    private readonly folder: string | undefined,
    private readonly user: number | undefined = process.geteuid?.(),
    private readonly node: string = nodeName(),
  ) {}

  read(text: string): KeptCode | undefined {
    try {
      const folder = this.ownFolder();
      const bytes = folder === undefined ? undefined : this.readOwn(join(folder, this.fileOf(text)));
      return bytes && unpacked(bytes);
    } catch {
      return undefined;
    }
  }

  /** Written beside and renamed: a reader sees the old file or the new one. */
  write(text: string, kept: KeptCode): void {
    try {
      if (this.folder === undefined) return;
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      const folder = this.ownFolder();
      if (folder === undefined) return;
      const file = join(folder, this.fileOf(text));
      const unfinished = `${file}.${process.pid}`;
      writeFileSync(unfinished, packed(kept), { mode: 0o600 });
      renameSync(unfinished, file);
      removeOldest(folder);
    } catch {
      // the next run tries again
    }
  }

  private fileOf(text: string): string {
    return `${createHash('sha256').update(this.node).update('\n').update(text).digest('hex')}${suffix}`;
  }

  private ownFolder(): string | undefined {
    return this.folder !== undefined && this.isOwn(lstatSync(this.folder)) ? this.folder : undefined;
  }

  private readOwn(file: string): Buffer | undefined {
    const opened = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const stats = fstatSync(opened);
      return stats.isFile() && stats.size <= mostBytes && this.isOwn(stats) ? readFileSync(opened) : undefined;
    } finally {
      closeSync(opened);
    }
  }

  private isOwn({ uid, mode }: Stats): boolean {
    return uid === this.user && (mode & 0o022) === 0;
  }
}

/** Where the cache is: `$XDG_CACHE_HOME/nereid`, else `~/.cache/nereid`. */
export function codeCacheFolder({ XDG_CACHE_HOME: caches, HOME: home }: Readonly<Record<string, string | undefined>>): string | undefined {
  if (caches?.startsWith('/')) return join(caches, 'nereid');
  return home?.startsWith('/') ? join(home, '.cache', 'nereid') : undefined;
}

/** This Node and no other: two builds of one version need not agree on what is in the code. */
function nodeName(): string {
  const { size, mtimeMs } = statSync(process.execPath);
  return [process.version, process.versions.v8, process.arch, size, mtimeMs].join(' ');
}

function packed({ code, commands }: KeptCode): Buffer {
  const rest = Buffer.concat([Buffer.from(`${JSON.stringify(commands)}\n`), code]);
  return Buffer.concat([digestOf(rest), rest]);
}

function unpacked(bytes: Buffer): KeptCode | undefined {
  const rest = bytes.subarray(digestBytes);
  if (!digestOf(rest).equals(bytes.subarray(0, digestBytes))) return undefined;
  const end = rest.indexOf('\n');
  return { commands: JSON.parse(rest.toString('utf8', 0, end)) as string[], code: rest.subarray(end + 1) };
}

function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder).filter((name) => name.includes(suffix));
  if (files.length <= keptFiles) return;
  const byAge = files.map((name) => ({ name, writtenMs: statSync(join(folder, name)).mtimeMs })).sort((a, b) => b.writtenMs - a.writtenMs);
  for (const { name } of byAge.slice(keptFiles)) rmSync(join(folder, name), { force: true });
}
