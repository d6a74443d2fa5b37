import { Bus } from '@nereid/bus';
import { cloudapi, listVmAudit, type JobId } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { MachinesService } from './machines.service';
import { toMachine } from './machine.mapper';

@Controller()
export class MachinesController {
  constructor(
    private readonly bus: Bus,
    private readonly machines: MachinesService,
  ) {}

  @Route(cloudapi.listMachines)
  async list(call: Call<typeof cloudapi.listMachines>): Promise<Answer<typeof cloudapi.listMachines>> {
    const { machines, limit } = await this.machines.list(call);
    return { body: machines, headers: { 'x-resource-count': machines.length, 'x-query-limit': limit } };
  }

  @Route(cloudapi.createMachine)
  async create(call: Call<typeof cloudapi.createMachine>): Promise<Answer<typeof cloudapi.createMachine>> {
    const { vm, job } = await this.machines.create(call);
    return { body: toMachine(vm, call.version), headers: { Location: `/${call.account.login}/machines/${vm.id}`, ...byJob(job) } };
  }

  @Route(cloudapi.getMachine)
  async get(call: Call<typeof cloudapi.getMachine>): Promise<Answer<typeof cloudapi.getMachine>> {
    return { body: toMachine(await this.machines.get(call), call.version) };
  }

  @Route(cloudapi.updateMachine)
  async act(call: Call<typeof cloudapi.updateMachine>): Promise<Answer<typeof cloudapi.updateMachine>> {
    return { headers: byJob(await this.machines.act(call)) };
  }

  @Route(cloudapi.deleteMachine)
  async delete(call: Call<typeof cloudapi.deleteMachine>): Promise<Answer<typeof cloudapi.deleteMachine>> {
    return { headers: byJob(await this.machines.destroy(call)) };
  }

  @Route(cloudapi.machineAudit)
  async audit(call: Call<typeof cloudapi.machineAudit>): Promise<Answer<typeof cloudapi.machineAudit>> {
    const { id, owner } = this.machines.aim(call);
    const { entries } = await this.bus.call(listVmAudit, { id, owner }, call.caller);
    const body = entries.map((entry) => ({
      id: entry.id,
      success: entry.success ? ('yes' as const) : ('no' as const),
      time: entry.at,
      action: entry.action,
      caller: entry.caller,
    }));
    return { body };
  }
}

function byJob(job: JobId | undefined): Record<string, string> {
  return job === undefined ? {} : { [cloudapi.jobHeader]: job };
}
