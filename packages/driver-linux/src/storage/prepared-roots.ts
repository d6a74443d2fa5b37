import type { ImageId } from '@nereid/contracts';
import type { TaskContext } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import type { ImageRecords } from '../image/image-records';
import { PoolLayout, stamps } from '../zfs/pool-layout';
import type { Zfs } from '../zfs/zfs';
import type { IdRanges } from './id-ranges';
import type { Root } from './roots';
import { shiftOwners } from './shift-owners';

/** A root made ahead: a dataset with an image's content, owned by a range of ids of its own, and a snapshot to clone from. */
interface PreparedRoot {
  readonly image: string;
  readonly idBase: number;
  /** The instance that is cloned from it and has its ids. */
  user: string | undefined;
}

/** What an instance can be cloned from as it is. */
export interface CloneSource {
  readonly snapshot: string;
  readonly idBase: number;
}

/** Ready for the next instances of an image. */
const spares = 2;
/** Kept when instances go, for those that come after them. */
const sparesMax = 8;
/** Nothing was made or removed for so long: the server's time is free. */
const quietMs = 1_000;

/**
 * To give an image's files to an instance's own ids takes longer than the clone, and the longer the more files there are. So it is done ahead of
 * time, when nothing else is: for each image in use some clones lie ready that have been given to free ranges of ids, each with a snapshot; an
 * instance is a clone of that. Range and prepared root belong together: the next instance with that range is cloned from there again.
 * All of this is a cache. An instance that finds none is made from the image itself.
 */
export class PreparedRoots {
  /** By dataset. Whole ones only: the snapshot is what makes one whole. */
  private readonly whole = new Map<string, PreparedRoot>();
  private readonly waiting = new Map<string, () => void>();
  private readonly closing = new AbortController();
  /** One thing at a time, in the background. */
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly zfs: Zfs,
    private readonly layout: PoolLayout,
    private readonly images: ImageRecords,
    private readonly ranges: IdRanges,
    private readonly clock: Clock,
    private readonly onProblem: (tried: string, error: unknown) => void,
  ) {}

  /** Takes up what an earlier agent left, whose instances have `roots`; throws away what is not whole. */
  async load(roots: ReadonlyMap<string, Root>): Promise<void> {
    this.whole.clear();
    const users = new Map([...roots].map(([id, { idBase }]) => [idBase, id]));
    const there = await this.zfs.get(this.layout.prepared, [stamps.image, stamps.idBase], true);
    for (const [dataset, properties] of there) {
      if (dataset === this.layout.prepared || dataset.includes('@')) continue;
      const image = properties.get(stamps.image) ?? '';
      const idBase = Number(properties.get(stamps.idBase));
      if (there.has(PoolLayout.preparedSnapshot(dataset)) && Number.isInteger(idBase)) {
        this.whole.set(dataset, { image, idBase, user: users.get(idBase) });
        this.ranges.note(dataset, idBase);
      } else {
        await this.zfs.destroy(undefined, dataset);
      }
    }
    for (const image of new Set([...this.whole.values()].map((one) => one.image))) this.tendSoon(image);
  }

  /** Gives an instance a prepared root of its image, if one is free. */
  take(image: string, instance: string): CloneSource | undefined {
    for (const [dataset, one] of this.whole) {
      if (one.image !== image || one.user !== undefined) continue;
      one.user = instance;
      return { snapshot: PoolLayout.preparedSnapshot(dataset), idBase: one.idBase };
    }
    return undefined;
  }

  /** The instance's clone is gone: the next one may have its range. An instance that had none from here is no mistake. */
  giveBack(instance: string): void {
    for (const one of this.whole.values()) if (one.user === instance) one.user = undefined;
  }

  /** Somebody took its dataset away behind our back. */
  forget(source: CloneSource): void {
    for (const [dataset, { idBase }] of this.whole) if (idBase === source.idBase) this.drop(dataset);
  }

  /** Makes spares of an image, or removes those beyond, once the server is quiet. Each call begins the quiet anew. */
  tendSoon(image: string): void {
    this.waiting.get(image)?.();
    if (this.closing.signal.aborted) return;
    const cancel = this.clock.after(quietMs, () => {
      this.waiting.delete(image);
      // A cache that could not be filled is none: instances are made without it, only slower, and the next one asks again.
      this.work = this.work
        .then(() => this.tend(image))
        .catch((error: unknown) => this.onProblem(`preparing roots of image ${image}`, error));
    });
    this.waiting.set(image, cancel);
  }

  /** Removes all of an image's. @throws DriverError Busy an instance lives on one */
  async removeAll(ctx: TaskContext, image: string): Promise<void> {
    this.waiting.get(image)?.();
    this.waiting.delete(image);
    await this.work;
    for (const [dataset, one] of this.whole) if (one.image === image) await this.remove(ctx, dataset);
  }

  /** Lets go; what is under way is ended first. */
  async close(): Promise<void> {
    this.closing.abort();
    for (const cancel of this.waiting.values()) cancel();
    this.waiting.clear();
    await this.work;
  }

  private async tend(image: string): Promise<void> {
    const free = (): string[] => [...this.whole].filter(([, one]) => one.image === image && !one.user).map(([dataset]) => dataset);
    while (free().length < spares && !this.mustStop(image)) await this.prepare(image);
    while (free().length > sparesMax && !this.mustStop(image)) await this.remove(undefined, free().at(-1)!);
  }

  /** Whether something else wants the server now: what is left is taken up in the next quiet. */
  private mustStop(image: string): boolean {
    return this.closing.signal.aborted || this.waiting.has(image);
  }

  private async prepare(image: string): Promise<void> {
    const record = await this.images.read(image as ImageId);
    if (!record) throw new Error(`image ${image} is not on this server`);
    const idBase = this.ranges.take(`for ${image}`);
    const dataset = this.layout.preparedRoot(image, idBase);
    this.ranges.note(dataset, idBase);
    try {
      const properties = { [stamps.image]: image, [stamps.idBase]: String(idBase) };
      await this.zfs.clone(undefined, this.layout.imageSnapshot(image), dataset, properties);
      await shiftOwners(this.layout.preparedPath(image, idBase), record.inodes, idBase);
      await this.zfs.snapshot(undefined, PoolLayout.preparedSnapshot(dataset));
      this.whole.set(dataset, { image, idBase, user: undefined });
    } catch (error) {
      await this.zfs.destroy(undefined, dataset);
      this.ranges.release(dataset);
      throw error;
    }
    await this.zfs.unmount(dataset);
  }

  private async remove(ctx: TaskContext | undefined, dataset: string): Promise<void> {
    const one = this.whole.get(dataset);
    this.whole.delete(dataset); // nobody takes it while it goes
    try {
      await this.zfs.destroy(ctx, dataset);
    } catch (error) {
      if (one) this.whole.set(dataset, one);
      throw error;
    }
    this.drop(dataset);
  }

  private drop(dataset: string): void {
    this.whole.delete(dataset);
    this.ranges.release(dataset);
  }
}
