import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { OwnerPool } from '@nereid/database';
import type { Clock, Ids, Random } from '@nereid/ports';
import { Health } from './health';
import type { Log } from './log';
import { Metrics } from './metrics';
import { CLOCK, CONFIG, IDS, LOG, RANDOM } from './tokens';

export interface Core {
  readonly config: unknown;
  readonly bus: Bus;
  /** Absent in apps that keep nothing. */
  readonly pool?: OwnerPool | undefined;
  readonly log: Log;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
}

/** What every app's classes may ask for in their constructors. */
@Global()
@Module({})
export class CoreModule {
  static of(core: Core): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: core.config },
      { provide: Bus, useValue: core.bus },
      { provide: LOG, useValue: core.log },
      { provide: Health, useValue: core.health },
      { provide: Metrics, useValue: core.metrics },
      { provide: CLOCK, useValue: core.clock },
      { provide: IDS, useValue: core.ids },
      { provide: RANDOM, useValue: core.random },
      ...(core.pool ? [{ provide: OwnerPool, useValue: core.pool }] : []),
    ];
    return { module: CoreModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}
