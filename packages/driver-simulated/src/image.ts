import { createHash } from 'node:crypto';
import { available, DriverError, type ImageDriver, type ImageFacts, type ImageSource, type TaskContext } from '@nereid/driver';
import type { ImageId } from '@nereid/contracts';
import type { World } from './world';

/** Images are read and checked in earnest; only their size is kept. */
export class SimulatedImages implements ImageDriver {
  constructor(
    private readonly world: World,
    private readonly allPresent: boolean,
  ) {}

  async probe() {
    return { tar: available, raw: available };
  }

  async has(id: ImageId): Promise<boolean> {
    return this.allPresent || this.world.images.has(id);
  }

  import(ctx: TaskContext, source: ImageSource): Promise<ImageFacts> {
    return this.world.act('image.import', source.id, ctx, async () => {
      const present = this.world.images.get(source.id);
      if (present) return present;
      const hash = createHash('sha256');
      let size = 0;
      for await (const chunk of source.read(ctx.signal)) {
        hash.update(chunk);
        size += chunk.length;
        if (size > source.sizeBytes) break;
      }
      if (size !== source.sizeBytes || hash.digest('hex') !== source.sha256) {
        throw new DriverError('Integrity', `image ${source.id}: ${size} bytes came, not the ${source.sizeBytes} that its digest covers`, {
          step: 'import',
        });
      }
      const image = { id: source.id, usedBytes: size };
      this.world.addImage(image);
      return image;
    });
  }

  remove(ctx: TaskContext, id: ImageId): Promise<void> {
    return this.world.act('image.remove', id, ctx, () => {
      for (const stored of this.world.instances.values()) {
        if (stored.root?.image === id) throw new DriverError('Busy', `instance ${stored.id} is a clone of image ${id}`);
      }
      this.world.removeImage(id);
    });
  }

  async list(): Promise<readonly ImageFacts[]> {
    return [...this.world.images.values()];
  }
}
