import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { BlobsService } from './files/blobs.service';
import type { FileStore } from './files/file-store';
import { TransfersRepository } from './files/transfers.repository';
import { FILE_STORE } from './tokens';

const everyMs = 10 * 60_000;
/** Longer than any upload may take. */
const abandonedAfterMs = 24 * 3_600_000;

/** Removes tokens that have expired, what broken uploads left, and files whose images are gone. */
@Injectable()
export class Rounds implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Rounds.name);
  private stop: (() => void) | undefined;

  constructor(
    private readonly transfers: TransfersRepository,
    private readonly blobs: BlobsService,
    @Inject(FILE_STORE) private readonly store: FileStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.stop = this.clock.every(everyMs, () => {
      this.tidy().catch((error: unknown) => this.log.error({ msg: 'tidying files failed', err: error }));
    });
  }

  onApplicationShutdown(): void {
    this.stop?.();
  }

  /** One round. Safe to run at any time and anywhere. */
  async tidy(): Promise<void> {
    await this.transfers.forgetOld();
    const removed = await this.store.sweep(abandonedAfterMs);
    if (removed > 0) this.log.log({ msg: 'removed abandoned uploads', removed });
    const unused = await this.blobs.removeAllUnused();
    if (unused > 0) this.log.log({ msg: 'removed files of images that are gone', unused });
  }
}
