import { Module, type DynamicModule } from '@nestjs/common';
import type { NapiConfig } from './config';
import { NetworksHandler } from './networks/networks.handler';
import { AddressesRepository } from './networks/addresses.repository';
import { NetworksRepository } from './networks/networks.repository';
import { NetworksService } from './networks/networks.service';
import { NicsHandler } from './nics/nics.handler';
import { NicsRepository } from './nics/nics.repository';
import { NicsService } from './nics/nics.service';
import { Rounds } from './rounds';
import { SETTINGS, type NicSettings } from './tokens';

@Module({})
export class NapiModule {
  static of(config: NapiConfig): DynamicModule {
    const settings: NicSettings = { macPrefix: config.macPrefix, publicNicTags: config.publicNicTags };
    return {
      module: NapiModule,
      providers: [
        { provide: SETTINGS, useValue: settings },
        NetworksRepository,
        AddressesRepository,
        NetworksService,
        NetworksHandler,
        NicsRepository,
        NicsService,
        NicsHandler,
        Rounds,
      ],
    };
  }
}
