import { mkdir } from 'node:fs/promises';
import type { ImageId } from '@nereid/contracts';
import { readRecord, removeRecord, writeRecord } from '../record-file';
import type { PoolLayout } from '../zfs/pool-layout';
import type { ImageInode } from './unpack';

/** What we remember of an image that came as an archive. */
export interface ImageRecord {
  readonly id: string;
  readonly sha256: string;
  readonly inodes: readonly ImageInode[];
}

/** Records of images, one file each, on the pool; the last one read is kept, since instances of one image tend to come together. */
export class ImageRecords {
  private cached: ImageRecord | undefined;
  /** Images whose snapshot was seen: only we take it away again, so a program's start is spared for each instance. */
  private readonly complete = new Set<string>();

  constructor(private readonly layout: PoolLayout) {}

  async write(record: ImageRecord): Promise<void> {
    await mkdir(this.layout.metaPath('images'), { recursive: true, mode: 0o700 });
    await writeRecord(this.path(record.id), record);
  }

  async read(id: ImageId): Promise<ImageRecord | undefined> {
    if (this.cached?.id === id) return this.cached;
    this.cached = (await readRecord(this.path(id))) as ImageRecord | undefined;
    return this.cached;
  }

  isKnownComplete(id: string): boolean {
    return this.complete.has(id);
  }

  noteComplete(id: string): void {
    this.complete.add(id);
  }

  /** It went, or somebody took it away behind our back. */
  forgetComplete(id: string): void {
    this.complete.delete(id);
  }

  async remove(id: string): Promise<void> {
    this.forgetComplete(id);
    if (this.cached?.id === id) this.cached = undefined;
    await removeRecord(this.path(id));
  }

  private path(id: string): string {
    return this.layout.metaPath('images', `${id}.json`);
  }
}
