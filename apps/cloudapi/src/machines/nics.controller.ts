import { ServiceError, cloudapi } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { toMachine } from './machine.mapper';
import { MachinesService, type AnyMachineCall } from './machines.service';

type Nic = cloudapi.NicObject;

/** Network interfaces are shown; they are made with their instance and end with it. */
@Controller()
export class NicsController {
  constructor(private readonly machines: MachinesService) {}

  @Route(cloudapi.listNics)
  async list(call: Call<typeof cloudapi.listNics>): Promise<Answer<typeof cloudapi.listNics>> {
    const body = await this.nics(call);
    return { body, headers: { 'x-resource-count': body.length } };
  }

  @Route(cloudapi.getNic)
  async get(call: Call<typeof cloudapi.getNic>): Promise<Answer<typeof cloudapi.getNic>> {
    const found = (await this.nics(call)).find(({ mac }) => digits(mac) === digits(call.params.mac));
    if (!found) throw new ServiceError('ResourceNotFound', `The instance has no network interface ${call.params.mac}.`);
    return { body: found };
  }

  /** An interface carries traffic while its instance runs. */
  private async nics(call: AnyMachineCall): Promise<Nic[]> {
    const { nics = [], state: of } = toMachine(await this.machines.get(call), call.version);
    const state: Nic['state'] = of === 'provisioning' || of === 'running' ? of : 'stopped';
    return nics.map((nic) => ({ ...nic, state }));
  }
}

function digits(mac: string): string {
  return mac.replaceAll(':', '').toLowerCase();
}
