import { mkdir, readdir } from 'node:fs/promises';
import { readRecord, removeRecord, writeRecord } from '../record-file';
import type { PoolLayout } from '../zfs/pool-layout';

/** What we remember of an instance's root. It is written when the root is whole: a root without it is started over. */
export interface RootRecord {
  readonly id: string;
  readonly image: string;
  /** First of the instance's user ids on this server. */
  readonly idBase: number;
}

/** Records of roots, one file each, on the pool. */
export class RootRecords {
  private readonly known = new Map<string, RootRecord>();

  constructor(private readonly layout: PoolLayout) {}

  /** Reads all; afterwards `find` answers without reading. */
  async load(): Promise<readonly RootRecord[]> {
    const folder = this.layout.metaPath('roots');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.known.clear();
    for (const name of await readdir(folder)) {
      const record = name.endsWith('.json')
        ? ((await readRecord(this.layout.metaPath('roots', name))) as RootRecord | undefined)
        : undefined;
      if (record) this.known.set(record.id, record);
    }
    return [...this.known.values()];
  }

  find(id: string): RootRecord | undefined {
    return this.known.get(id);
  }

  async write(record: RootRecord): Promise<void> {
    await writeRecord(this.path(record.id), record);
    this.known.set(record.id, record);
  }

  async remove(id: string): Promise<void> {
    this.known.delete(id);
    await removeRecord(this.path(id));
  }

  private path(id: string): string {
    return this.layout.metaPath('roots', `${id}.json`);
  }
}
