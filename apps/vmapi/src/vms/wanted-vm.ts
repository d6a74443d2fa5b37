import {
  Alias,
  type Brand,
  type CreateVm,
  type Image,
  type ImageRef,
  invalidField,
  isZone,
  type Network,
  type Package,
  type VmId,
} from '@nereid/contracts';
import { checkMetadata, checkTagCount, checkTags } from './tag-rules';

/** A create request with its package, image and networks resolved: what the row will say. */
export interface WantedVm {
  readonly id: VmId;
  readonly want: CreateVm;
  readonly alias: string;
  readonly brand: Brand;
  readonly package: Package;
  readonly image: ImageRef;
  readonly nicTags: readonly string[];
}

/** @throws ValidationFailed naming the field that does not fit the others */
export function resolveWanted(id: VmId, want: CreateVm, pkg: Package, image: Image, networks: readonly Network[]): WantedVm {
  checkMetadata(want.metadata);
  checkTagCount(want.tags);
  checkTags(want.tags);
  mustFitImage('ram', pkg, image);
  if (want.networks.filter((nic) => nic.primary).length > 1) throw invalidField('networks', 'networks: only one may be primary');
  return {
    id,
    want,
    alias: aliasFor(id, want.alias),
    brand: brandFor(want, pkg, image),
    package: pkg,
    image: { id: image.id, name: image.name, version: image.version, os: image.os, type: image.type },
    nicTags: [...new Set(networks.map((network) => network.nicTag))].sort(),
  };
}

/** @throws ValidationFailed with `field`: the package has less memory than the image needs, or more than it takes */
export function mustFitImage(field: string, pkg: Package, image: Pick<Image, 'name' | 'requirements'>): void {
  const { minMemoryMiB, maxMemoryMiB } = image.requirements;
  if (minMemoryMiB !== undefined && pkg.memoryMiB < minMemoryMiB)
    throw invalidField(field, `image ${image.name} needs at least ${minMemoryMiB} MiB, package ${pkg.name} has ${pkg.memoryMiB}`);
  if (maxMemoryMiB !== undefined && pkg.memoryMiB > maxMemoryMiB)
    throw invalidField(field, `image ${image.name} takes at most ${maxMemoryMiB} MiB, package ${pkg.name} has ${pkg.memoryMiB}`);
}

/** Every `{{shortId}}` becomes the id's first 8 digits; without a name it is just those. Source: CloudAPI docs, CreateMachine. */
export function aliasFor(id: VmId, asked: string | undefined): string {
  const shortId = id.slice(0, 8);
  return checkAlias(asked === undefined || asked === '' ? shortId : asked.replaceAll('{{shortId}}', shortId));
}

/** @throws ValidationFailed with field `alias` */
export function checkAlias(alias: string): string {
  if (!Alias.safeParse(alias).success)
    throw invalidField('alias', 'alias: must be 1 to 189 letters, digits, _ . or -, beginning with a letter or digit');
  return alias;
}

/** The request's brand, else the image's, else the package's, else what the image's type means. Source: CloudAPI docs, CreateMachine. */
function brandFor(want: CreateVm, pkg: Package, image: Image): Brand {
  const brand = want.brand ?? image.requirements.brand ?? pkg.brand ?? brandOfType(image);
  if (pkg.brand && pkg.brand !== brand) throw invalidField('brand', `package ${pkg.name} is for brand ${pkg.brand}, not ${brand}`);
  if (image.requirements.brand && image.requirements.brand !== brand)
    throw invalidField('brand', `image ${image.name} is for brand ${image.requirements.brand}, not ${brand}`);
  if (isZone(brand) && image.type === 'zvol')
    throw invalidField('brand', `image ${image.name} is a disk image and needs brand bhyve or kvm`);
  if (!isZone(brand) && image.type !== 'zvol') throw invalidField('brand', `brand ${brand} needs a disk image`);
  return brand;
}

function brandOfType(image: Image): Brand {
  switch (image.type) {
    case 'zvol':
      return 'bhyve';
    case 'zone-dataset':
      return 'joyent';
    default:
      return 'lx';
  }
}
