import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  createNetwork,
  createNicTag,
  deleteNetwork,
  getNetwork,
  listAddresses,
  listNetworks,
  listNicTags,
  networkHint,
  networkUsage,
  summariseNetworks,
  ServiceError,
  type Caller,
} from '@nereid/contracts';
import { NetworksService } from './networks.service';

@Injectable()
export class NetworksHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly networks: NetworksService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(createNicTag, async ({ name, mtu }, caller) => {
      operatorsOnly(caller);
      return this.networks.createNicTag(name, mtu, caller);
    });
    this.bus.serve(listNicTags, async () => ({ nicTags: await this.networks.listNicTags() }));
    this.bus.serve(createNetwork, async (want, caller) => {
      operatorsOnly(caller);
      const network = await this.networks.create(want, caller);
      this.bus.hint(networkHint, { network: network.id });
      return network;
    });
    this.bus.serve(getNetwork, ({ id, account }) => this.networks.get(id, account));
    this.bus.serve(listNetworks, async ({ account, ids }) => ({ networks: await this.networks.list(account, ids) }));
    this.bus.serve(listAddresses, ({ network, limit, after }, caller) => {
      operatorsOnly(caller);
      return this.networks.addresses(network, limit, after);
    });
    this.bus.serve(networkUsage, async ({ ids }, caller) => {
      operatorsOnly(caller);
      return { networks: await this.networks.usage(ids) };
    });
    this.bus.serve(summariseNetworks, (_, caller) => {
      operatorsOnly(caller);
      return this.networks.summary();
    });
    this.bus.serve(deleteNetwork, async ({ id }, caller) => {
      operatorsOnly(caller);
      await this.networks.delete(id, caller);
      this.bus.hint(networkHint, { network: id });
      return {};
    });
  }
}

function operatorsOnly(caller: Caller): void {
  if (caller.kind !== 'operator' && caller.kind !== 'service') throw new ServiceError('NotAuthorized', 'only operators may do this');
}
