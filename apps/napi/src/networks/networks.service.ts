import { Inject, Injectable } from '@nestjs/common';
import {
  ServiceError,
  type AccountId,
  type Caller,
  type Network,
  type NetworkAddress,
  type NetworkId,
  type NicTag,
} from '@nereid/contracts';
import type { Ids } from '@nereid/ports';
import { IDS } from '@nereid/platform';
import { z } from 'zod';
import { SETTINGS, type NicSettings } from '../tokens';
import { checkNetwork, keptAddresses, type NetworkWant } from './network-rules';
import { AddressesRepository, type NetworkSummary, type NetworkUse } from './addresses.repository';
import { NetworksRepository } from './networks.repository';

/** Networks and the NIC tags they stand on. */
@Injectable()
export class NetworksService {
  constructor(
    private readonly networks: NetworksRepository,
    private readonly addressRows: AddressesRepository,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(SETTINGS) private readonly settings: NicSettings,
  ) {}

  /** Makes a NIC tag; the same name and MTU again answers the one there. @throws InUse the name has another MTU */
  async createNicTag(name: string, mtu: number, caller: Caller): Promise<NicTag> {
    const tag = await this.networks.ensureNicTag(name, mtu, caller);
    if (tag.mtu !== mtu) throw new ServiceError('InUse', `NIC tag ${name} exists with an MTU of ${tag.mtu}`);
    return tag;
  }

  listNicTags(): Promise<NicTag[]> {
    return this.networks.listNicTags();
  }

  /** Makes a network. @throws ValidationFailed naming the field @throws InUse name or subnet */
  create(want: NetworkWant, caller: Caller): Promise<Network> {
    const subnet = checkNetwork(want);
    const id = want.id ?? (this.ids.random() as NetworkId);
    const isPublic = this.settings.publicNicTags.includes(want.nicTag);
    return this.networks.insert(id, want, { kept: keptAddresses(want, subnet), isPublic }, caller);
  }

  /** One network, as `account` may see it. @throws ResourceNotFound */
  async get(id: NetworkId, account: AccountId | undefined): Promise<Network> {
    const network = await this.networks.find(id, account);
    if (!network) throw new ServiceError('ResourceNotFound', `network ${id} does not exist`);
    return network;
  }

  list(account: AccountId | undefined, ids: readonly NetworkId[] | undefined): Promise<Network[]> {
    return this.networks.list(account, ids);
  }

  /** Addresses that are taken or kept back, ascending; `next` is the last of a full page. @throws ResourceNotFound */
  async addresses(network: NetworkId, limit: number, after: string | undefined): Promise<{ items: NetworkAddress[]; next?: string }> {
    if (after !== undefined && !z.ipv4().safeParse(after).success)
      throw new ServiceError('InvalidArgument', 'after: not the `next` of a page');
    await this.get(network, undefined);
    const items = await this.addressRows.list(network, limit + 1, after);
    const page = items.slice(0, limit);
    return { items: page, ...(items.length > limit && { next: page.at(-1)!.address }) };
  }

  usage(ids: readonly NetworkId[] | undefined): Promise<NetworkUse[]> {
    return this.addressRows.usage(ids);
  }

  /** How many networks there are, and which have no address left. */
  summary(): Promise<NetworkSummary> {
    return this.addressRows.summary();
  }

  /** Deletes a network that nothing uses. @throws ResourceNotFound @throws InUse */
  async delete(id: NetworkId, caller: Caller): Promise<void> {
    if (!(await this.networks.delete(id, caller))) throw new ServiceError('ResourceNotFound', `network ${id} does not exist`);
  }
}
