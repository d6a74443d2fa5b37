import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { NicsRepository } from './nics/nics.repository';

const everyMs = 3_600_000;
/** No job lives as long; a reserve later than this has no caller left. */
const tombstoneDays = 30;

/** Removes tombstones that nobody can meet any more. */
@Injectable()
export class Rounds implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Rounds.name);
  private stop: (() => void) | undefined;

  constructor(
    private readonly nics: NicsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.stop = this.clock.every(everyMs, () => {
      this.nics.forgetTombstones(tombstoneDays).catch((error: unknown) => this.log.error({ msg: 'tidying failed', err: error }));
    });
  }

  onApplicationShutdown(): void {
    this.stop?.();
  }
}
