import type { Clock } from '@nereid/ports';
import type { PoolLayout } from '../zfs/pool-layout';
import type { Zfs } from '../zfs/zfs';

const freshMs = 60_000;

interface Space {
  readonly availableBytes: number;
  readonly usedBytes: ReadonlyMap<string, number>;
}

/** How full the pool is. Asking costs two programs, so the answer is kept for a minute; what is old is answered while it is asked anew. */
export class PoolSpace {
  private known: Space | undefined;
  private askedAtMs = -Infinity;
  private asking: Promise<Space> | undefined;

  constructor(
    private readonly zfs: Zfs,
    private readonly layout: PoolLayout,
    private readonly clock: Clock,
  ) {}

  /** @throws DriverError the pool cannot be asked and was never known */
  async look(): Promise<Space> {
    if (this.clock.monotonicMs() - this.askedAtMs >= freshMs) {
      this.askedAtMs = this.clock.monotonicMs();
      this.asking = this.ask().finally(() => (this.asking = undefined));
      this.asking.catch(() => undefined); // asked anew in a minute; who waits for the first answer hears of it
    }
    return this.known ?? (await (this.asking ?? this.ask()));
  }

  private async ask(): Promise<Space> {
    const [pool, datasets] = await Promise.all([
      this.zfs.get(this.layout.pool, ['available']),
      this.zfs.get(this.layout.instances, ['used'], true),
    ]);
    const usedBytes = new Map([...datasets].map(([name, properties]) => [name, Number(properties.get('used') ?? 0)]));
    return (this.known = { availableBytes: Number(pool.get(this.layout.pool)?.get('available') ?? 0), usedBytes });
  }
}
