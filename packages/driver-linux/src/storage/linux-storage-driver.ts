import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { InstanceSpec, VmId } from '@nereid/contracts';
import {
  available,
  DriverError,
  tooSmall,
  unavailable,
  type Capabilities,
  type StorageCapability,
  type StorageDriver,
  type StorageUsage,
  type TaskContext,
} from '@nereid/driver';
import type { ImageRecords } from '../image/image-records';
import { stamps, type DatasetState, type PoolLayout } from '../zfs/pool-layout';
import type { Zfs } from '../zfs/zfs';
import type { IdRanges } from './id-ranges';
import type { PreparedRoots } from './prepared-roots';
import type { Root, Roots } from './roots';
import { shiftOwners } from './shift-owners';

const gib = 1024 ** 3;

/** Roots of instances: clones of an image's snapshot, each with a range of user ids of its own. */
export class LinuxStorageDriver implements StorageDriver {
  /** Quotas as ZFS last confirmed them, to spare a program's start where nothing changed. */
  private readonly quotas = new Map<string, number>();
  /** Stamps under way that nobody waits for. */
  private readonly stamping = new Map<string, Promise<void>>();

  constructor(
    private readonly zfs: Zfs,
    private readonly layout: PoolLayout,
    private readonly images: ImageRecords,
    private readonly roots: Roots,
    private readonly ranges: IdRanges,
    private readonly prepared: PreparedRoots,
    private readonly onProblem: (tried: string, error: unknown) => void,
  ) {}

  async probe(): Promise<Capabilities<StorageCapability>> {
    return {
      clone: available,
      quota: available,
      snapshot: unavailable('not offered yet'),
      delegatedDatasets: unavailable('needs OpenZFS 2.2 and its user namespace delegation'),
      encryption: unavailable('the pool is made without encryption'),
    };
  }

  async ensureRoot(ctx: TaskContext, spec: InstanceSpec): Promise<void> {
    if (this.roots.find(spec.id)) {
      await this.setQuota(ctx, spec);
      return;
    }
    const root = (await this.clonePrepared(ctx, spec)) ?? (await this.cloneImage(ctx, spec));
    this.roots.note(spec.id, root);
    this.prepared.tendSoon(spec.image.id);
  }

  async remove(ctx: TaskContext, id: VmId): Promise<void> {
    await this.stamping.get(id);
    this.roots.forget(id);
    await this.zfs.destroy(ctx, this.layout.instance(id));
    if ((await this.zfs.get(this.layout.instance(id), ['used'])).size > 0 || existsSync(join(this.layout.rootPath(id), 'etc'))) {
      throw new DriverError('Internal', `${this.layout.instance(id)} is still there after its destruction`, { step: 'destroy-dataset' });
    }
    this.quotas.delete(id);
    this.freeIds(id);
  }

  async usage(id: VmId): Promise<StorageUsage | undefined> {
    const properties = (await this.zfs.get(this.layout.instance(id), ['used', 'quota'])).get(this.layout.instance(id));
    if (!properties) return undefined;
    const quota = Number(properties.get('quota') ?? 0);
    return { usedBytes: Number(properties.get('used') ?? 0), quotaBytes: quota > 0 ? quota : undefined };
  }

  /** The quota in GiB as ZFS confirmed it; undefined: no root. */
  async quotaGiB(id: VmId): Promise<number | undefined> {
    const known = this.quotas.get(id);
    if (known !== undefined) return known;
    const bytes = (await this.usage(id))?.quotaBytes;
    if (bytes !== undefined) this.quotas.set(id, bytes / gib);
    return bytes === undefined ? undefined : bytes / gib;
  }

  /** What a restart goes by: `deleting` is rolled forward. An absent root counts as done. */
  async stamp(ctx: TaskContext | undefined, id: VmId, state: DatasetState): Promise<void> {
    await this.stamping.get(id);
    await this.setStamp(ctx, id, state);
  }

  /**
   * The same without waiting for it: ZFS takes as long over a stamp as over a clone. Only for a zone that runs: until the stamp is there, that
   * it runs says that its root is whole. One that could not be set is set by the next `stamp`.
   */
  stampSoon(id: VmId, state: DatasetState): void {
    const before = this.stamping.get(id) ?? Promise.resolve();
    const work = before
      .then(() => this.setStamp(undefined, id, state))
      .catch((error: unknown) => this.onProblem(`noting that instance ${id} is ${state}`, error));
    this.stamping.set(id, work);
    void work.then(() => this.stamping.get(id) === work && this.stamping.delete(id));
  }

  private async setStamp(ctx: TaskContext | undefined, id: VmId, state: DatasetState): Promise<void> {
    const root = this.roots.find(id);
    if (root === undefined || root.state === state) return;
    await this.zfs.set(ctx, this.layout.instance(id), stamps.state, state);
    this.roots.note(id, { ...root, state });
  }

  /** First user id of an instance; undefined: its root is not whole. */
  idBase(id: VmId): number | undefined {
    return this.roots.find(id)?.idBase;
  }

  private async setQuota(ctx: TaskContext, spec: InstanceSpec): Promise<void> {
    if ((await this.quotaGiB(spec.id)) === spec.quotaGiB) return;
    try {
      await this.zfs.set(ctx, this.layout.instance(spec.id), 'quota', `${spec.quotaGiB}G`);
    } catch (error) {
      if (!(error instanceof DriverError && error.code === 'TooSmall')) throw error;
      throw tooSmall((await this.usage(spec.id))?.usedBytes ?? 0, spec.quotaGiB, error);
    }
    this.quotas.set(spec.id, spec.quotaGiB);
  }

  /** A clone of a root whose files have the instance's ids already: whole at once. Undefined: none is free. */
  private async clonePrepared(ctx: TaskContext, spec: InstanceSpec): Promise<Root | undefined> {
    const source = this.prepared.take(spec.image.id, spec.id);
    if (!source) return undefined;
    try {
      const root: Root = { idBase: source.idBase, state: 'ready' };
      await this.cloneAnew(ctx, spec, source.snapshot, root);
      return root;
    } catch (error) {
      this.freeIds(spec.id);
      if (!(error instanceof DriverError && error.code === 'NotFound')) throw error;
      this.prepared.forget(source);
      return undefined;
    }
  }

  private async cloneImage(ctx: TaskContext, spec: InstanceSpec): Promise<Root> {
    const image = await this.images.read(spec.image.id);
    if (!image) throw new DriverError('NotFound', `image ${spec.image.id} is not on this server`, { step: 'clone-root' });
    const root: Root = { idBase: this.ranges.take(spec.id), state: 'creating' };
    try {
      await this.cloneAnew(ctx, spec, this.layout.imageSnapshot(spec.image.id), root);
      await shiftOwners(this.layout.rootPath(spec.id), image.inodes, root.idBase);
      return root;
    } catch (error) {
      this.freeIds(spec.id);
      if (error instanceof DriverError && error.code === 'NotFound') this.images.forgetComplete(spec.image.id); // then the next try brings it again
      throw error;
    }
  }

  private freeIds(id: VmId): void {
    this.prepared.giveBack(id);
    this.ranges.release(id);
  }

  /** A clone that is there and not known as whole is what a crash left in the middle: cheap to make again, so it is. */
  private async cloneAnew(ctx: TaskContext, spec: InstanceSpec, snapshot: string, root: Root): Promise<void> {
    const properties = {
      quota: `${spec.quotaGiB}G`,
      [stamps.instance]: spec.id,
      [stamps.state]: root.state,
      [stamps.idBase]: String(root.idBase),
    };
    const clone = (): Promise<void> => this.zfs.clone(ctx, snapshot, this.layout.instance(spec.id), properties);
    try {
      await clone();
    } catch (error) {
      if (!(error instanceof DriverError && error.code === 'Exists')) throw error;
      await this.zfs.destroy(ctx, this.layout.instance(spec.id));
      await clone();
    }
    this.quotas.set(spec.id, spec.quotaGiB);
  }
}
