import { open, readFile, rename, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fromLine, toLine } from './checksummed-line';

interface Waiting {
  readonly line: string;
  readonly durable: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A file of checksummed lines that only grows. Everything that waits when a write begins goes out in that one write, and one fsync serves all who
 * asked for it: many tasks at once cost hardly more than one.
 */
export class AppendLog {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private broken: Error | undefined;

  private constructor(
    private readonly file: string,
    private handle: FileHandle,
    private size: number,
    private readonly fsync: boolean,
  ) {}

  /**
   * Opens or makes the file and answers its records. What stands from the first damaged line on was never whole on disk (a crash in the middle of a
   * write): it is cut off, and kept beside as `<file>.damaged` for people.
   */
  static async open(file: string, options: { fsync: boolean }): Promise<{ log: AppendLog; records: unknown[]; damagedBytes: number }> {
    const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    const { records, wholeBytes } = readRecords(bytes);
    const damagedBytes = bytes.length - wholeBytes;
    if (damagedBytes > 0) {
      await writeFile(`${file}.damaged`, bytes.subarray(wholeBytes), { mode: 0o600 });
      await truncate(file, wholeBytes);
    }
    const handle = await open(file, 'a', 0o600);
    if (options.fsync) {
      await handle.sync();
      await syncFolder(dirname(file));
    }
    return { log: new AppendLog(file, handle, wholeBytes, options.fsync), records, damagedBytes };
  }

  /** Bytes in the file. */
  get sizeBytes(): number {
    return this.size;
  }

  /** Resolves when the record is written, and with `durable` when it is on disk. @throws Error the disk refuses; then every later append does */
  append(record: unknown, durable: boolean): Promise<void> {
    if (this.broken) return Promise.reject(this.broken);
    return new Promise((resolve, reject) => {
      this.waiting.push({ line: toLine(record), durable, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  /**
   * Replaces the whole content at once: a crash leaves the old or the new. What is appended meanwhile comes
   * after; `content` is asked for when no write is under way.
   */
  async replace(content: () => readonly unknown[]): Promise<void> {
    while (this.writing) await this.writing;
    this.writing = this.rewrite(content().map(toLine).join(''));
    await this.writing;
  }

  async close(): Promise<void> {
    while (this.writing) await this.writing;
    await this.handle.close();
  }

  private async writeAll(): Promise<void> {
    // Callers of this very turn come along: the batch is taken after they have queued.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        const bytes = Buffer.from(batch.map((it) => it.line).join(''), 'utf8');
        await this.handle.appendFile(bytes);
        this.size += bytes.length;
        if (this.fsync && batch.some((it) => it.durable)) await this.handle.datasync();
        for (const it of batch) it.resolve();
      } catch (error) {
        // After a failed fsync nobody knows what is on disk: no further promise is made.
        this.broken = new Error('writing the journal failed', { cause: error });
        for (const it of [...batch, ...this.waiting]) it.reject(this.broken);
        this.waiting = [];
      }
    }
    this.writing = undefined;
  }

  private async rewrite(text: string): Promise<void> {
    const next = await open(`${this.file}.new`, 'w', 0o600);
    await next.appendFile(text);
    if (this.fsync) await next.sync();
    await next.close();
    await rename(`${this.file}.new`, this.file);
    if (this.fsync) await syncFolder(dirname(this.file));
    await this.handle.close();
    this.handle = await open(this.file, 'a', 0o600);
    this.size = Buffer.byteLength(text);
    this.writing = undefined;
    if (this.waiting.length > 0) this.writing = this.writeAll();
  }
}

function readRecords(bytes: Buffer): { records: unknown[]; wholeBytes: number } {
  const records: unknown[] = [];
  let from = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, from);
    if (end < 0) return { records, wholeBytes: from };
    const record = fromLine(bytes.toString('utf8', from, end));
    if (record === undefined) return { records, wholeBytes: from };
    records.push(record);
    from = end + 1;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}
