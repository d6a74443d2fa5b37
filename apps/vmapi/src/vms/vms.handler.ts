import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  countVms,
  createVm,
  destroyVm,
  forgetVm,
  getVm,
  listVmAudit,
  listVms,
  openConsole,
  rebootVm,
  resizeVm,
  startVm,
  stopVm,
  updateVm,
} from '@nereid/contracts';
import { mustNotBeCustomer, ownAccountOnly } from '../callers';
import { VmAuditRepository } from './vm-audit.repository';
import { VmConsoleService } from './vm-console.service';
import { VmResizeService } from './vm-resize.service';
import { VmUpdateService } from './vm-update.service';
import { VmsRepository } from './vms.repository';
import { VmsService } from './vms.service';

/** Bus in: instances. */
@Injectable()
export class VmsHandler implements OnModuleInit {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(VmsService) private readonly vms: VmsService,
    @Inject(VmUpdateService) private readonly updates: VmUpdateService,
    @Inject(VmResizeService) private readonly resizes: VmResizeService,
    @Inject(VmConsoleService) private readonly consoles: VmConsoleService,
    @Inject(VmsRepository) private readonly rows: VmsRepository,
    @Inject(VmAuditRepository) private readonly audit: VmAuditRepository,
  ) {}

  onModuleInit(): void {
    const { bus, vms } = this;
    bus.serve(createVm, (want, caller) => vms.create(caller, want));
    bus.serve(getVm, ({ id, owner }, caller) => vms.get(id, ownAccountOnly(caller, owner)));
    bus.serve(listVms, ({ filter, ...page }, caller) =>
      vms.list({ ...page, filter: { ...filter, owner: ownAccountOnly(caller, filter.owner) } }),
    );
    bus.serve(countVms, async (_, caller) => {
      mustNotBeCustomer(caller, 'only operators count instances');
      return { counts: await vms.counts() };
    });
    bus.serve(startVm, (aim, caller) => vms.power(caller, aim, 'start'));
    bus.serve(stopVm, (aim, caller) => vms.power(caller, aim, 'stop'));
    bus.serve(rebootVm, (aim, caller) => vms.power(caller, aim, 'reboot'));
    bus.serve(resizeVm, (request, caller) => this.resizes.resize(caller, request));
    bus.serve(destroyVm, (aim, caller) => vms.destroy(caller, aim));
    bus.serve(updateVm, (request, caller) => this.updates.update(caller, request));
    bus.serve(openConsole, (request, caller) => this.consoles.open(caller, request));
    bus.serve(forgetVm, (aim, caller) => {
      mustNotBeCustomer(caller, 'only operators forget instances');
      return vms.forget(caller, aim);
    });
    bus.serve(listVmAudit, async ({ id, owner, limit }, caller) => {
      await this.rows.get(id, ownAccountOnly(caller, owner));
      return { entries: await this.audit.list(id, limit) };
    });
  }
}
