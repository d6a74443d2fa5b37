import type { InstanceSpec, VmId } from '@nereid/contracts';
import { available, DriverError, tooSmall, unavailable, type StorageDriver, type StorageUsage, type TaskContext } from '@nereid/driver';
import type { SimulatedImages } from './image';
import type { World } from './world';

const gib = 1024 ** 3;
const noneYet = unavailable('a simulated server keeps no data');

export class SimulatedStorage implements StorageDriver {
  constructor(
    private readonly world: World,
    private readonly images: SimulatedImages,
  ) {}

  async probe() {
    return { clone: available, quota: available, snapshot: noneYet, delegatedDatasets: noneYet, encryption: noneYet };
  }

  ensureRoot(ctx: TaskContext, spec: InstanceSpec): Promise<void> {
    return this.world.act('storage.ensureRoot', spec.id, ctx, async () => {
      if (!this.world.get(spec.id)?.root && !(await this.images.has(spec.image.id))) {
        throw new DriverError('NotFound', `image ${spec.image.id} is not on this server`, { step: 'clone-root' });
      }
      const usedBytes = (await this.usage(spec.id))?.usedBytes ?? 0;
      if (usedBytes > spec.quotaGiB * gib) throw tooSmall(usedBytes, spec.quotaGiB);
      this.world.change(spec.id, (stored) => {
        stored.root = { ...stored.root, image: stored.root?.image ?? spec.image.id, quotaGiB: spec.quotaGiB };
      });
    });
  }

  remove(ctx: TaskContext, id: VmId): Promise<void> {
    return this.world.act('storage.remove', id, ctx, () => {
      if (this.world.get(id)?.pid !== undefined) throw new DriverError('Busy', `instance ${id} still runs`, { step: 'destroy-root' });
      this.world.change(id, (stored) => delete stored.root);
    });
  }

  async usage(id: VmId): Promise<StorageUsage | undefined> {
    const root = this.world.get(id)?.root;
    if (!root) return undefined;
    const usedBytes = (this.world.images.get(root.image)?.usedBytes ?? 0) + (root.ownBytes ?? 0);
    return { usedBytes, quotaBytes: root.quotaGiB * gib };
  }
}
