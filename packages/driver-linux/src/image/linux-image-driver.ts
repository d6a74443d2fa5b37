import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ImageId } from '@nereid/contracts';
import {
  available,
  DriverError,
  unavailable,
  type Capabilities,
  type ImageCapability,
  type ImageDriver,
  type ImageFacts,
  type ImageSource,
  type TaskContext,
} from '@nereid/driver';
import { firstIdBase } from '../storage/id-ranges';
import { PoolLayout, stamps } from '../zfs/pool-layout';
import type { Zfs } from '../zfs/zfs';
import type { PreparedRoots } from '../storage/prepared-roots';
import type { ImageRecords } from './image-records';
import { unpackImage, type ImageInode } from './unpack';

/**
 * Images as datasets. An image is complete exactly when its snapshot exists, and the snapshot is taken only after the whole file's digest
 * held; everything before lies in a dataset that nothing clones from and the next import of that image replaces.
 */
export class LinuxImageDriver implements ImageDriver {
  private readonly importing = new Map<ImageId, Promise<ImageFacts>>();

  constructor(
    private readonly zfs: Zfs,
    private readonly layout: PoolLayout,
    private readonly records: ImageRecords,
    private readonly prepared: PreparedRoots,
  ) {}

  async probe(): Promise<Capabilities<ImageCapability>> {
    return {
      tar: available,
      raw: unavailable('virtual machines are not offered by this server yet'),
    };
  }

  async has(id: ImageId): Promise<boolean> {
    if (this.records.isKnownComplete(id)) return true;
    const isThere = (await this.zfs.get(this.layout.imageSnapshot(id), ['used'])).size > 0;
    if (isThere) this.records.noteComplete(id);
    return isThere;
  }

  import(ctx: TaskContext, source: ImageSource): Promise<ImageFacts> {
    // Two instances of a new image come at once: the second waits for the first one's import.
    const running = this.importing.get(source.id);
    if (running) return running;
    const run = this.importOnce(ctx, source).finally(() => this.importing.delete(source.id));
    this.importing.set(source.id, run);
    return run;
  }

  async remove(ctx: TaskContext, id: ImageId): Promise<void> {
    this.records.forgetComplete(id);
    await this.prepared.removeAll(ctx, id);
    await this.zfs.destroy(ctx, this.layout.image(id));
    await this.records.remove(id);
  }

  async list(): Promise<readonly ImageFacts[]> {
    const datasets = await this.zfs.get(this.layout.images, ['used'], true);
    return [...datasets].flatMap(([name, properties]) => {
      const id = PoolLayout.childOf(this.layout.images, name);
      if (id === undefined || !datasets.has(this.layout.imageSnapshot(id))) return [];
      return [{ id: ImageId.parse(id), usedBytes: Number(properties.get('used') ?? 0) }];
    });
  }

  private async importOnce(ctx: TaskContext, source: ImageSource): Promise<ImageFacts> {
    if (source.format !== 'tar') {
      throw new DriverError('Unsupported', 'this server takes root file systems (tar), no disks', { step: 'import-image' });
    }
    if (!(await this.has(source.id))) {
      await this.zfs.destroy(ctx, this.layout.image(source.id));
      await this.zfs.create(ctx, this.layout.image(source.id), { [stamps.image]: source.id, [stamps.state]: 'creating' });
      try {
        const inodes = await this.unpackChecked(ctx, source);
        await this.records.write({ id: source.id, sha256: source.sha256, inodes });
        await this.zfs.snapshot(ctx, this.layout.imageSnapshot(source.id));
        this.prepared.tendSoon(source.id);
      } catch (error) {
        // Without the task's context: its time may be what ran out.
        await this.zfs.destroy(undefined, this.layout.image(source.id));
        await this.records.remove(source.id);
        throw error;
      }
    }
    const used = (await this.zfs.get(this.layout.image(source.id), ['used'])).get(this.layout.image(source.id))?.get('used');
    return { id: source.id, usedBytes: Number(used ?? 0) };
  }

  private async unpackChecked(ctx: TaskContext, source: ImageSource): Promise<ImageInode[]> {
    const digest = createHash('sha256');
    let received = 0;
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of source.read(ctx.signal)) {
        received += chunk.length;
        if (received > source.sizeBytes) throw wrongBytes(source, 'it is longer than announced');
        digest.update(chunk);
        yield chunk;
      }
    };
    const inodes = await this.unpack(source, counted(), ctx.signal);
    if (received !== source.sizeBytes) throw wrongBytes(source, `${received} bytes came, ${source.sizeBytes} were announced`);
    if (digest.digest('hex') !== source.sha256) throw wrongBytes(source, 'its digest differs');
    return inodes;
  }

  private async unpack(source: ImageSource, bytes: AsyncGenerator<Uint8Array>, signal: AbortSignal): Promise<ImageInode[]> {
    let inodes: ImageInode[] = [];
    const into = this.layout.imagePath(source.id);
    const take = async (stream: AsyncIterable<Uint8Array>): Promise<void> => {
      inodes = await unpackImage(stream, into, firstIdBase);
    };
    try {
      if (source.compression === 'gzip') await pipeline(Readable.from(bytes, { objectMode: false }), createGunzip(), take, { signal });
      else await take(bytes);
    } catch (error) {
      if (error instanceof DriverError) throw error.code === 'Invalid' ? asIntegrity(error) : error;
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOSPC' || code === 'EDQUOT')
        throw new DriverError('NoSpace', 'the pool is full', { step: 'unpack-image', cause: error });
      if (code?.startsWith('Z_')) throw wrongBytes(source, 'it is not what its compression says');
      throw error;
    }
    return inodes;
  }
}

/** Damage in transit shows first as an archive that makes no sense; what was announced by its digest and is bad says so too. */
function asIntegrity(error: DriverError): DriverError {
  return new DriverError('Integrity', error.message, { step: 'unpack-image', cause: error });
}

function wrongBytes(source: ImageSource, why: string): DriverError {
  return new DriverError('Integrity', `image ${source.id}: ${why}`, { step: 'import-image' });
}
