import { Module, type DynamicModule } from '@nestjs/common';
import type { AnalyticsConfig } from './config';
import { ExpositionServer } from './exposition/exposition-server';
import { FramesHandler } from './frames/frames.handler';
import { InstrumentationsHandler } from './instrumentations/instrumentations.handler';
import { InstrumentationsRepository } from './instrumentations/instrumentations.repository';
import { InstrumentationsService } from './instrumentations/instrumentations.service';
import { LiveSet } from './instrumentations/live-set';
import { NodeWishes } from './instrumentations/node-wishes';
import { MinuteWriter } from './minutes/minute-writer';
import { MinutesRepository } from './minutes/minutes.repository';
import { ServerNames } from './names/server-names';
import { VmNames } from './names/vm-names';
import { SeriesHandler } from './series/series.handler';
import { SeriesService } from './series/series.service';
import { SETTINGS, type AnalyticsSettings } from './tokens';
import { Seconds } from './windows/seconds';
import { Windows } from './windows/windows.service';

@Module({})
export class AnalyticsModule {
  static of({ windows, minutes, exposition, datacenter }: AnalyticsConfig): DynamicModule {
    const settings: AnalyticsSettings = { maxObjects: windows.maxObjects, keepMinutesForDays: minutes.keepDays, exposition, datacenter };
    return {
      module: AnalyticsModule,
      providers: [
        { provide: SETTINGS, useValue: settings },
        Seconds,
        VmNames,
        ServerNames,
        Windows,
        InstrumentationsRepository,
        LiveSet,
        NodeWishes,
        InstrumentationsService,
        InstrumentationsHandler,
        FramesHandler,
        MinutesRepository,
        MinuteWriter,
        SeriesService,
        SeriesHandler,
        ExpositionServer,
      ],
    };
  }
}
