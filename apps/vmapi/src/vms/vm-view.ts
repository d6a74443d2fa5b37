import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { type JobId, type Vm, vmHint, type VmId } from '@nereid/contracts';
import { ServerStates } from '../servers/server-states';
import { toVm, type VmRow } from './vm-row';
import { VmRunRepository } from './workflows/vm-run.repository';

/** Rows as others see them, and the hints that they changed. */
@Injectable()
export class VmView {
  constructor(
    @Inject(ServerStates) private readonly servers: ServerStates,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(VmRunRepository) private readonly rows: VmRunRepository,
  ) {}

  show(row: VmRow): Vm {
    return toVm(row, (server) => this.servers.isDown(server));
  }

  /** Shows a row just written, and hints that it changed. */
  tell(row: VmRow): Vm {
    const vm = this.show(row);
    this.bus.hint(vmHint, { vm: vm.id, owner: vm.owner, state: vm.state, version: vm.version });
    return vm;
  }

  /** Of a run that has ended: hints that its instance changed, and answers which it is. */
  async tellOfRun(run: JobId): Promise<VmId | undefined> {
    const row = await this.rows.findOfRun(run);
    if (!row) return undefined;
    this.rows.forget(row.id);
    this.tell(row);
    return row.id;
  }
}
