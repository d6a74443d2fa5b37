import { Inject, Injectable } from '@nestjs/common';
import {
  ServiceError,
  type AccountId,
  type Network,
  type NetworkId,
  type Nic,
  type NicSpec,
  type NicWant,
  type StepKey,
  type VmId,
} from '@nereid/contracts';
import type { Random } from '@nereid/ports';
import { RANDOM } from '@nereid/platform';
import { SETTINGS, type NicSettings } from '../tokens';
import { isInside, parseSubnet } from '../networks/ipv4';
import { NetworksRepository } from '../networks/networks.repository';
import { randomMac } from './mac-address';
import { NicsRepository, type NicRequest } from './nics.repository';

/** Rows of addresses written at a time; a network's range may be millions, its use seldom is. */
const layOutStep = 1024;
/** Networks remembered, over all accounts. */
const rememberedMax = 10_000;

export interface ReserveNics {
  readonly key: StepKey;
  readonly vm: VmId;
  readonly owner: AccountId;
  readonly nics: readonly NicWant[];
}

/** Gives instances their NICs and takes them back. */
@Injectable()
export class NicsService {
  /**
   * Networks that an account was found to may use, so that most reservations are one statement. A network never changes, it only ends; then
   * it has no addresses left, and what is refused is looked at again in the database before anybody is told why.
   */
  private readonly remembered = new Map<string, Network>();

  constructor(
    private readonly nics: NicsRepository,
    private readonly networks: NetworksRepository,
    @Inject(RANDOM) private readonly random: Random,
    @Inject(SETTINGS) private readonly settings: NicSettings,
  ) {}

  /**
   * Reserves NICs in the order wanted, all or none. Safe to repeat by `key`.
   * @throws Fenced the key was released @throws SubnetFull naming the network @throws InUse an address named is taken
   * @throws ResourceNotFound a network is absent or not the owner's @throws ValidationFailed an address named is not of its network
   */
  async reserve(want: ReserveNics): Promise<NicSpec[]> {
    let networks = await this.networksOf(want);
    let isFresh = false;
    // Each round either succeeds, finds the key known, proves a network full, or lost a race that another client won: so it ends.
    for (;;) {
      const tried = await this.nics.tryReserve(want.key, want.vm, want.owner, this.draw(want));
      if ('nics' in tried) return tried.nics;
      const known = await this.nics.findReservation(want.key);
      if (known?.state === 'released') throw new ServiceError('Fenced', `${want.key} was released already`);
      if (known?.state === 'held') return known.nics;
      if (tried.refused === 'instance-has-nics') throw new ServiceError('InUse', `instance ${want.vm} has NICs already`);
      if (tried.refused !== 'too-few') continue;
      if (!isFresh) networks = await this.networksOf(want, true);
      isFresh = true;
      await this.makeRoom(want, networks);
    }
  }

  /** Gives back what `key` reserved and fences it. Safe to repeat. */
  release(key: StepKey): Promise<number> {
    return this.nics.release(key);
  }

  /** Gives back all NICs of an instance whose absence is proved. Safe to repeat. */
  releaseVm(vm: VmId): Promise<number> {
    return this.nics.releaseVm(vm);
  }

  list(vms: readonly VmId[] | undefined, network: NicWant['network'] | undefined): Promise<Nic[]> {
    return this.nics.list(vms, network);
  }

  private draw(want: ReserveNics): NicRequest[] {
    const primary = Math.max(
      0,
      want.nics.findIndex((nic) => nic.primary === true),
    );
    return want.nics.map((nic, slot) => ({
      slot,
      network: nic.network,
      address: nic.ip,
      mac: randomMac(this.settings.macPrefix, this.random),
      is_primary: slot === primary,
    }));
  }

  private async networksOf(want: ReserveNics, isFresh = false): Promise<Map<string, Network>> {
    const ids = [...new Set(want.nics.map((nic) => nic.network))];
    const found = await this.findNetworks(want.owner, ids, isFresh);
    for (const nic of want.nics) {
      const network = found.get(nic.network);
      if (!network) throw new ServiceError('ResourceNotFound', `network ${nic.network} does not exist`);
      if (nic.ip !== undefined && !isInside(parseSubnet(network.subnet)!, nic.ip)) {
        throw new ServiceError('ValidationFailed', `${nic.ip} is not an address of network ${network.name}`, {
          errors: [{ field: 'networks', code: 'Invalid', message: `${nic.ip} is not in ${network.subnet}` }],
        });
      }
    }
    return found;
  }

  private async findNetworks(owner: AccountId, ids: readonly NetworkId[], isFresh: boolean): Promise<Map<string, Network>> {
    const name = (id: NetworkId): string => `${owner}/${id}`;
    const kept = isFresh ? [] : ids.flatMap((id) => this.remembered.get(name(id)) ?? []);
    if (kept.length === ids.length) return new Map(kept.map((network) => [network.id, network]));
    const read = await this.networks.list(owner, ids);
    if (this.remembered.size + read.length > rememberedMax) this.remembered.clear();
    for (const id of ids) this.remembered.delete(name(id));
    for (const network of read) this.remembered.set(name(network.id), network);
    return new Map(read.map((network) => [network.id, network]));
  }

  /** Lays out more addresses where that helps; throws where it is certain that nothing will. */
  private async makeRoom(want: ReserveNics, networks: Map<string, Network>): Promise<void> {
    for (const [id, network] of networks) {
      const wants = want.nics.filter((nic) => nic.network === id);
      const named = wants.flatMap((nic) => nic.ip ?? []);
      const taken = named.length > 0 ? await this.nics.findTaken(network.id, named) : undefined;
      if (taken !== undefined) throw new ServiceError('InUse', `address ${taken} of network ${network.name} is in use`);
      const needed = wants.length - named.length;
      const room = needed > 0 ? await this.nics.countFree(network.id) : undefined;
      if (!room || room.free >= needed) continue;
      if (room.toLayOut <= 0)
        throw new ServiceError('SubnetFull', `network ${network.name} has no free address left`, { context: { network: id } });
      await this.nics.layOut(network.id, layOutStep);
    }
  }
}
