import { mkdir, readdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { InstanceSpec } from '@nereid/contracts';
import { readRecord, removeRecord, writeRecord } from '../record-file';
import type { PoolLayout } from '../zfs/pool-layout';

/** The specs instances were last defined by, one file each, on the pool. They hold customers' secrets: readable by us alone, never logged. */
export class InstanceRecords {
  private readonly known = new Map<string, InstanceSpec>();

  constructor(private readonly layout: PoolLayout) {}

  /** Reads all. A record that does not parse counts as absent: its instance is then incomplete and is made anew. */
  async load(): Promise<void> {
    const folder = this.layout.metaPath('instances');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.known.clear();
    for (const name of await readdir(folder)) {
      const parsed = name.endsWith('.json') ? InstanceSpec.safeParse(await readRecord(this.layout.metaPath('instances', name))) : undefined;
      if (parsed?.success) this.known.set(parsed.data.id, parsed.data);
    }
  }

  find(id: string): InstanceSpec | undefined {
    return this.known.get(id);
  }

  ids(): readonly string[] {
    return [...this.known.keys()];
  }

  async write(spec: InstanceSpec): Promise<void> {
    if (isDeepStrictEqual(this.known.get(spec.id), spec)) return;
    await writeRecord(this.path(spec.id), spec);
    this.known.set(spec.id, spec);
  }

  async remove(id: string): Promise<void> {
    this.known.delete(id);
    await removeRecord(this.path(id));
  }

  private path(id: string): string {
    return this.layout.metaPath('instances', `${id}.json`);
  }
}
