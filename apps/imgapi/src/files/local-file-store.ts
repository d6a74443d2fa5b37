import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ServiceError } from '@nereid/contracts';
import type { Clock, Ids } from '@nereid/ports';
import type { FileStore, StagedFile } from './file-store';

/**
 * Files in a directory: `blobs/<first two digits>/<sha256>`, and `incoming/` on the same file system for what is being written. A file in
 * `blobs` is whole and on disk: it is synced before it is renamed, and the directory after.
 */
export class LocalFileStore implements FileStore {
  private readonly incoming: string;

  constructor(
    private readonly directory: string,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {
    this.incoming = join(directory, 'incoming');
  }

  async stage(bytes: Readable, maxBytes: number): Promise<StagedFile> {
    await mkdir(this.incoming, { recursive: true, mode: 0o700 });
    const path = join(this.incoming, this.ids.random());
    const [sha1, sha256] = [createHash('sha1'), createHash('sha256')];
    let sizeBytes = 0;
    const measure = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        sizeBytes += chunk.length;
        if (sizeBytes > maxBytes) return done(new ServiceError('RequestEntityTooLarge', `the file is larger than ${maxBytes} bytes`));
        sha1.update(chunk);
        sha256.update(chunk);
        done(null, chunk);
      },
    });
    try {
      // `flush` syncs the file before it is closed. Not through a FileHandle: its close waits for the stream for ever.
      await pipeline(bytes, measure, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    const digests = { sha1: sha1.digest('hex'), sha256: sha256.digest('hex'), sizeBytes };
    return { ...digests, commit: () => this.place(path, digests.sha256), discard: () => rm(path, { force: true }) };
  }

  async read(sha256: string, range: { start: number; end: number }): Promise<Readable> {
    const file = await open(this.pathOf(sha256), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new ServiceError('ResourceNotFound', 'the file is not here', { context: { sha256 } });
      throw error;
    });
    return file.createReadStream({ start: range.start, end: range.end, highWaterMark: 256 * 1024 });
  }

  remove(sha256: string): Promise<void> {
    return rm(this.pathOf(sha256), { force: true });
  }

  async sweep(ageMs: number): Promise<number> {
    const names = await readdir(this.incoming).catch(() => []);
    let removed = 0;
    for (const name of names) {
      const path = join(this.incoming, name);
      const facts = await stat(path).catch(() => undefined);
      if (!facts || this.clock.nowMs() - facts.mtimeMs < ageMs) continue;
      await rm(path, { force: true });
      removed++;
    }
    return removed;
  }

  private async place(from: string, sha256: string): Promise<void> {
    const to = this.pathOf(sha256);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
      // The transaction around it was tried again: it is in its place already.
      if (error.code !== 'ENOENT' || !(await exists(to))) throw error;
    });
    await syncDirectory(dirname(to));
  }

  private pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('not a SHA-256');
    return join(this.directory, 'blobs', sha256.slice(0, 2), sha256);
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
