import { Bus } from '@nereid/bus';
import {
  adminapi,
  createNetwork,
  deleteNetwork,
  getNetwork,
  listAddresses,
  listNetworks,
  networkUsage,
  type Caller,
  type Network,
} from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { toIpObject, toNetworkObject } from './network.mapper';

/** Networks and their addresses, by napi. */
@Controller()
export class NetworksController {
  constructor(private readonly bus: Bus) {}

  @Route(adminapi.listNetworks)
  async list({ query, caller }: Call<typeof adminapi.listNetworks>): Promise<Answer<typeof adminapi.listNetworks>> {
    const { networks } = await this.bus.call(listNetworks, { ids: query.uuids, account: query.provisionable_by }, caller);
    return { body: await this.withCounts(networks, caller) };
  }

  @Route(adminapi.getNetwork)
  async get({ params, caller }: Call<typeof adminapi.getNetwork>): Promise<Answer<typeof adminapi.getNetwork>> {
    const network = await this.bus.call(getNetwork, { id: params.uuid }, caller);
    return { body: (await this.withCounts([network], caller))[0], version: network.version };
  }

  @Route(adminapi.createNetwork)
  async create({ body, caller }: Call<typeof adminapi.createNetwork>): Promise<Answer<typeof adminapi.createNetwork>> {
    const network = await this.bus.call(
      createNetwork,
      {
        id: body.uuid,
        name: body.name,
        description: body.description,
        nicTag: body.nic_tag,
        vlanId: body.vlan_id,
        subnet: body.subnet,
        provisionStart: body.provision_start_ip,
        provisionEnd: body.provision_end_ip,
        gateway: body.gateway,
        resolvers: body.resolvers,
        mtu: body.mtu,
        owners: body.owner_uuids,
      },
      caller,
    );
    return { body: (await this.withCounts([network], caller))[0] };
  }

  @Route(adminapi.deleteNetwork)
  async delete({ params, caller }: Call<typeof adminapi.deleteNetwork>): Promise<Answer<typeof adminapi.deleteNetwork>> {
    await this.bus.call(deleteNetwork, { id: params.uuid }, caller);
    return {};
  }

  @Route(adminapi.listNetworkIps)
  async addresses({ params, query, caller }: Call<typeof adminapi.listNetworkIps>): Promise<Answer<typeof adminapi.listNetworkIps>> {
    const [network, { items, next }] = await Promise.all([
      this.bus.call(getNetwork, { id: params.uuid }, caller),
      this.bus.call(listAddresses, { network: params.uuid, limit: query.limit, after: query.marker }, caller),
    ]);
    return { body: items.map((entry) => toIpObject(entry, network)), next };
  }

  /** Counts come for all networks at once, whatever their number. */
  private async withCounts(networks: readonly Network[], caller: Caller): Promise<adminapi.NetworkObject[]> {
    if (networks.length === 0) return [];
    const ids = networks.length <= 1000 ? networks.map(({ id }) => id) : undefined;
    const { networks: counted } = await this.bus.call(networkUsage, { ids }, caller);
    const byId = new Map(counted.map(({ network, total, used }) => [network, { total, used }]));
    return networks.map((network) => toNetworkObject(network, byId.get(network.id) ?? { total: 0, used: 0 }));
  }
}
