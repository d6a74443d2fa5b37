import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { explainPlacement, releaseCapacity, releaseVmCapacity, reserveCapacity } from '@nereid/contracts';
import { CapacityService } from './capacity.service';

@Injectable()
export class CapacityHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly capacity: CapacityService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(reserveCapacity, async (want) => ({ server: await this.capacity.reserve(want) }));
    this.bus.serve(releaseCapacity, async ({ key }) => ({ released: await this.capacity.release(key) }));
    this.bus.serve(releaseVmCapacity, async ({ vm }) => ({ released: await this.capacity.releaseVm(vm) }));
    this.bus.serve(explainPlacement, ({ vm }) => this.capacity.explain(vm));
  }
}
