import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { readSeries } from '@nereid/contracts';
import { SeriesService } from './series.service';

/** Bus in. */
@Injectable()
export class SeriesHandler implements OnModuleInit {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(SeriesService) private readonly series: SeriesService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(readSeries, (request) => this.series.read(request));
  }
}
