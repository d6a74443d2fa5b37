import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  openConsoleSession,
  ServiceError,
  type AccountId,
  type Caller,
  type ConsoleWish,
  type OpenedConsole,
  type ServerId,
  type VmId,
} from '@nereid/contracts';
import { ownAccountOnly } from '../callers';
import { VmConsoleRepository } from './vm-console.repository';
import { VmsService } from './vms.service';

/** Who may to an instance's console, and where that is. The session itself is the node's. */
@Injectable()
export class VmConsoleService {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(VmsService) private readonly vms: VmsService,
    @Inject(VmConsoleRepository) private readonly audit: VmConsoleRepository,
  ) {}

  /** Asks the instance's server for a session, and notes it. @throws ResourceNotFound @throws Gone @throws MachineStopped @throws Unsupported */
  async open(
    caller: Caller,
    { id, owner, wish }: { id: VmId; owner?: AccountId | undefined; wish: ConsoleWish },
  ): Promise<OpenedConsole & { server: ServerId }> {
    const vm = await this.vms.get(id, ownAccountOnly(caller, owner));
    if (vm.state === 'destroyed') throw new ServiceError('Gone', `instance ${id} is destroyed`);
    if (vm.state !== 'running' || vm.server === undefined) throw stopped(id);
    const opened = await this.bus.callNode(openConsoleSession, vm.server, { vm: id, wish }, caller).catch((error: unknown) => {
      // The node knows before we do.
      throw error instanceof ServiceError && (error.code === 'Conflict' || error.code === 'ResourceNotFound') ? stopped(id) : error;
    });
    // Before the token is told: nobody gets in unseen.
    await this.audit.noteOpened(id, vm.owner, wish, caller);
    return { ...opened, server: vm.server };
  }
}

function stopped(id: VmId): ServiceError {
  return new ServiceError('MachineStopped', `Instance ${id} does not run; start it first.`);
}
