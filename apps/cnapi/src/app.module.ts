import { Module, type DynamicModule } from '@nestjs/common';
import { NodeAuthority } from '@nereid/bus/credentials';
import { CLOCK, RANDOM } from '@nereid/platform';
import type { Clock, Random } from '@nereid/ports';
import { CapacityHandler } from './capacity/capacity.handler';
import { CapacityRepository } from './capacity/capacity.repository';
import { CapacityService } from './capacity/capacity.service';
import { PictureKeeper } from './capacity/picture.keeper';
import { ResizesRepository } from './capacity/resizes.repository';
import { ResizesService } from './capacity/resizes.service';
import type { CnapiConfig } from './config';
import { EnrolmentHandler } from './enrolment/enrolment.handler';
import { EnrolmentRepository } from './enrolment/enrolment.repository';
import { EnrolmentService } from './enrolment/enrolment.service';
import { Leadership } from './liveness/leadership.repository';
import { Liveness } from './liveness/liveness';
import { LivenessMonitor } from './liveness/liveness.monitor';
import { Chooser } from './placement/choose';
import { Picture } from './placement/picture';
import { Rounds } from './rounds';
import { ServersHandler } from './servers/servers.handler';
import { ServersRepository } from './servers/servers.repository';
import { ServersService } from './servers/servers.service';
import { BUS_SERVERS_FOR_NODES, NODE_CREDENTIALS, RATIOS } from './tokens';

@Module({})
export class CnapiModule {
  static of(config: CnapiConfig): DynamicModule {
    return {
      module: CnapiModule,
      providers: [
        { provide: RATIOS, useValue: config.ratios },
        { provide: BUS_SERVERS_FOR_NODES, useValue: config.nodes.busServers },
        {
          provide: NODE_CREDENTIALS,
          useFactory: (clock: Clock) =>
            NodeAuthority.fromFile(config.nodes.authorityFile, { servers: config.bus.servers, caFile: config.bus.caFile, clock }),
          inject: [CLOCK],
        },
        { provide: Picture, useFactory: (random: Random) => new Picture(config.weights, random), inject: [RANDOM] },
        { provide: Chooser, useFactory: (picture: Picture, random: Random) => new Chooser(picture, random), inject: [Picture, RANDOM] },
        { provide: Liveness, useFactory: (clock: Clock) => new Liveness(clock, config.liveness), inject: [CLOCK] },
        ServersRepository,
        ServersService,
        ServersHandler,
        PictureKeeper,
        CapacityRepository,
        CapacityService,
        ResizesRepository,
        ResizesService,
        CapacityHandler,
        EnrolmentRepository,
        EnrolmentService,
        EnrolmentHandler,
        Leadership,
        LivenessMonitor,
        Rounds,
      ],
    };
  }
}
