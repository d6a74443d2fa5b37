import { PoolLayout, stamps, type DatasetState } from '../zfs/pool-layout';
import type { Zfs } from '../zfs/zfs';

/** An instance's root as its dataset's stamps tell. */
export interface Root {
  /** First of the instance's user ids on this server. */
  readonly idBase: number;
  readonly state: DatasetState;
}

/**
 * Roots of instances that are whole: cloned and shifted to their ids. The truth are stamps on the datasets, which clone and `zfs set` make
 * durable by themselves, so that no file has to be synced on the way to a running zone; here is what they were when last read or set.
 */
export class Roots {
  private readonly whole = new Map<string, Root>();

  constructor(
    private readonly zfs: Zfs,
    private readonly layout: PoolLayout,
  ) {}

  /**
   * Reads all stamps; afterwards `find` answers without asking ZFS. A root that is stamped `creating` is whole only when its zone runs, for it
   * is started only then; any other may be half shifted and is made anew by whoever wants it.
   * @returns every stamped root, whole or not
   */
  async load(isAlive: (id: string) => boolean): Promise<ReadonlyMap<string, Root>> {
    const datasets = await this.zfs.get(this.layout.instances, [stamps.state, stamps.idBase], true);
    const all = new Map<string, Root>();
    this.whole.clear();
    for (const [name, properties] of datasets) {
      const id = PoolLayout.childOf(this.layout.instances, name);
      const idBase = Number(properties.get(stamps.idBase));
      if (id === undefined || !Number.isInteger(idBase) || idBase <= 0) continue;
      const root = { idBase, state: properties.get(stamps.state) as DatasetState };
      all.set(id, root);
      if (root.state === 'ready' || (root.state === 'creating' && isAlive(id))) this.whole.set(id, root);
    }
    return all;
  }

  find(id: string): Root | undefined {
    return this.whole.get(id);
  }

  /** The root has just become whole. */
  note(id: string, root: Root): void {
    this.whole.set(id, root);
  }

  forget(id: string): void {
    this.whole.delete(id);
  }
}
