import { Bus } from '@nereid/bus';
import { NetworkId, ServiceError, cloudapi, getNetwork, listNetworks, type Network } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';

@Controller()
export class NetworksController {
  constructor(private readonly bus: Bus) {}

  @Route(cloudapi.listNetworks)
  async list({ account, caller, input }: Call<typeof cloudapi.listNetworks>): Promise<Answer<typeof cloudapi.listNetworks>> {
    const { networks } = await this.bus.call(listNetworks, { account: account.id }, caller);
    return { body: networks.filter((network) => !input.fabric || network.fabric).map(toNetworkObject) };
  }

  @Route(cloudapi.getNetwork)
  async get({ account, caller, params }: Call<typeof cloudapi.getNetwork>): Promise<Answer<typeof cloudapi.getNetwork>> {
    const id = NetworkId.safeParse(params.id.toLowerCase());
    if (!id.success) throw new ServiceError('ResourceNotFound', 'There is no such network.');
    return { body: toNetworkObject(await this.bus.call(getNetwork, { id: id.data, account: account.id }, caller)) };
  }
}

/** Subnet and gateway are shown of an account's own networks alone: the others are the operator's business. */
function toNetworkObject(network: Network): cloudapi.NetworkObject {
  return {
    id: network.id,
    name: network.name,
    public: network.public && !network.fabric,
    description: network.description,
    ...(network.fabric && {
      fabric: true,
      gateway: network.gateway,
      provision_start_ip: network.provisionStart,
      provision_end_ip: network.provisionEnd,
      resolvers: network.resolvers,
      routes: network.routes,
      subnet: network.subnet,
      vlan_id: network.vlanId,
    }),
  };
}
