import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import type { FileStore } from './files/file-store';
import { TransfersRepository } from './files/transfers.repository';
import { FILE_STORE } from './tokens';

const everyMs = 10 * 60_000;
/** Longer than any upload may take. */
const abandonedAfterMs = 24 * 3_600_000;

/** Removes tokens that have expired and what broken uploads left. */
@Injectable()
export class Rounds implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Rounds.name);
  private stop: (() => void) | undefined;

  constructor(
    private readonly transfers: TransfersRepository,
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

  private async tidy(): Promise<void> {
    await this.transfers.forgetOld();
    const removed = await this.store.sweep(abandonedAfterMs);
    if (removed > 0) this.log.log({ msg: 'removed abandoned uploads', removed });
  }
}
