import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  type AccountId,
  type Caller,
  getImage,
  type Image,
  type ImageId,
  imageHint,
  invalidField,
  listNetworks,
  type Network,
  networkHint,
  type NicWant,
  type Package,
  packageHint,
  ServiceError,
} from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import { Kept } from './kept';
import { PackagesService } from '../packages/packages.service';
import { CLOCK } from '@nereid/platform';

const keptForMs = 30_000;

/** Packages, images and networks as an account sees them, kept in memory: a create asks the other services for nothing it asked before. */
@Injectable()
export class Catalogue implements OnModuleInit {
  private readonly images: Kept<Image>;
  private readonly networks: Kept<Network[]>;
  private readonly packageByName: Kept<Package>;

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(PackagesService) private readonly packages: PackagesService,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.images = new Kept(clock, keptForMs);
    this.networks = new Kept(clock, keptForMs);
    this.packageByName = new Kept(clock, keptForMs);
  }

  onModuleInit(): void {
    this.bus.onHint(imageHint, () => this.images.clear());
    this.bus.onHint(networkHint, () => this.networks.clear());
    this.bus.onHint(packageHint, () => this.packageByName.clear());
  }

  /** A package that may be used for something new. @throws ValidationFailed unknown, inactive or another account's */
  async package(idOrName: string, owner: AccountId): Promise<Package> {
    const found = await this.packageByName
      .get(`${owner} ${idOrName}`, () => this.packages.get(idOrName, owner))
      .catch(asField('package', `package ${idOrName} does not exist`));
    if (!found.active) throw invalidField('package', `package ${found.name} is not active`);
    return found;
  }

  /** An image that may be used for something new. @throws ValidationFailed unknown to the account or not active */
  async image(id: ImageId, owner: AccountId, caller: Caller): Promise<Image> {
    const found = await this.images
      .get(`${owner} ${id}`, () => this.bus.call(getImage, { id, account: owner }, caller))
      .catch(asField('image_uuid', `image ${id} does not exist`));
    if (found.state !== 'active') throw invalidField('image_uuid', `image ${id} is not active`);
    return found;
  }

  /** The image of an instance that is there already, active or not; undefined when it has been deleted since. */
  async imageInUse(id: ImageId, owner: AccountId, caller: Caller): Promise<Image | undefined> {
    return this.bus.call(getImage, { id, account: owner }, caller).catch((error: unknown) => {
      if (error instanceof ServiceError && error.code === 'ResourceNotFound') return undefined;
      throw error;
    });
  }

  /** The networks of some NICs, in their order. @throws ValidationFailed one is unknown to the account */
  async networksOf(wants: readonly NicWant[], owner: AccountId, caller: Caller): Promise<Network[]> {
    if (wants.length === 0) return [];
    const ids = [...new Set(wants.map((want) => want.network))].sort();
    const found = await this.networks.get(`${owner} ${ids.join(' ')}`, () =>
      this.bus.call(listNetworks, { account: owner, ids }, caller).then((reply) => reply.networks),
    );
    return wants.map((want) => {
      const network = found.find((one) => one.id === want.network);
      if (!network) throw invalidField('networks', `network ${want.network} does not exist or may not be used by this account`);
      return network;
    });
  }
}

/** What was not found is the fault of the field that named it. */
function asField(field: string, message: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof ServiceError && error.code === 'ResourceNotFound' ? invalidField(field, message) : error;
  };
}
