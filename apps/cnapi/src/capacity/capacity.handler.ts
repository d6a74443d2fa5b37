import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  explainPlacement,
  releaseCapacity,
  releaseVmCapacity,
  reserveCapacity,
  reserveMoreCapacity,
  settleCapacity,
  unsettleCapacity,
} from '@nereid/contracts';
import { CapacityService } from './capacity.service';
import { ResizesService } from './resizes.service';

@Injectable()
export class CapacityHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly capacity: CapacityService,
    private readonly resizes: ResizesService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(reserveCapacity, async (want) => ({ server: await this.capacity.reserve(want) }));
    this.bus.serve(releaseCapacity, async ({ key }) => ({ released: await this.capacity.release(key) }));
    this.bus.serve(releaseVmCapacity, async ({ vm }) => ({ released: await this.capacity.releaseVm(vm) }));
    this.bus.serve(reserveMoreCapacity, async (want) => {
      await this.resizes.reserveMore(want);
      return { server: want.server };
    });
    this.bus.serve(settleCapacity, async (want) => {
      await this.resizes.settle(want);
      return { settled: true as const };
    });
    this.bus.serve(unsettleCapacity, async ({ key }) => ({ restored: await this.resizes.unsettle(key) }));
    this.bus.serve(explainPlacement, ({ vm }) => this.capacity.explain(vm));
  }
}
