import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { listNics, releaseNics, releaseVmNics, reserveNics } from '@nereid/contracts';
import { NicsService } from './nics.service';

@Injectable()
export class NicsHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly nics: NicsService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(reserveNics, async (want) => ({ nics: await this.nics.reserve(want) }));
    this.bus.serve(releaseNics, async ({ key }) => ({ released: await this.nics.release(key) }));
    this.bus.serve(releaseVmNics, async ({ vm }) => ({ released: await this.nics.releaseVm(vm) }));
    this.bus.serve(listNics, async ({ vms, network }) => ({ nics: await this.nics.list(vms, network) }));
  }
}
