import {
  Alias,
  Brand,
  ImageId,
  ServiceError,
  VmId,
  isZone,
  type CreateVm,
  type Image,
  type Network,
  type Package,
  type SshKey,
} from '@nereid/contracts';
import type { Account, cloudapi } from '@nereid/contracts';
import type { z } from 'zod';
import { invalidArgument, missingParameter } from '../published-errors';
import { credentialsAsInternal, metadataText } from './metadata-rules';
import { checkTags } from './tag-rules';

export type MachineInput = z.output<typeof cloudapi.createMachine.input>;

interface NetworkWant {
  readonly ipv4_uuid: string;
  readonly ipv4_ips?: string[] | undefined;
  readonly primary?: boolean | undefined;
}

/** @throws MissingParameter, InvalidArgument neither or both of its names */
export function imageOf(input: MachineInput): ImageId {
  if (input.image && input.dataset) throw invalidArgument('dataset', 'image and dataset are two names of one parameter: give one');
  const image = input.image ?? input.dataset;
  if (!image) throw missingParameter('image');
  return ImageId.parse(image);
}

/** What a package and an image must have for a new instance, in the order in which people expect to be told. */
export function checkIngredients(
  input: MachineInput,
  { account, image, pkg, keys, mayShare }: { account: Account; image: Image; pkg: Package; keys: readonly SshKey[]; mayShare: boolean },
): Brand {
  if (image.state !== 'active') throw invalidArgument('image', `image ${image.id} is ${image.state}, not active`);
  if (!pkg.active) throw invalidArgument('package', `package ${pkg.name} is not active`);
  const needsPassword = image.requirements.password === true;
  if (needsPassword && !passwordOf(input)) throw missingParameter('password');
  if (!needsPassword && keys.length === 0) {
    throw new ServiceError('KeyRequired', 'Add an SSH key to the account first: without one nobody could log in.');
  }
  if (!account.approvedForProvisioning) throw invalidArgument('account', 'the account is not approved for provisioning; ask your operator');
  const isShared = image.owner !== account.id && image.acl.includes(account.id);
  if (isShared && !mayShare) {
    throw invalidArgument('image', `image ${image.id} is shared with you: clone it, or send allow_shared_images`);
  }
  const brand = brandOf(input, image, pkg);
  refuseUnsupported(input);
  const { minMemoryMiB, maxMemoryMiB } = image.requirements;
  if (minMemoryMiB !== undefined && pkg.memoryMiB < minMemoryMiB) {
    throw invalidArgument('package', `image ${image.name} needs ${minMemoryMiB} MiB of memory, package ${pkg.name} has ${pkg.memoryMiB}`);
  }
  if (maxMemoryMiB !== undefined && pkg.memoryMiB > maxMemoryMiB) {
    throw invalidArgument(
      'package',
      `image ${image.name} can use at most ${maxMemoryMiB} MiB of memory, package ${pkg.name} has ${pkg.memoryMiB}`,
    );
  }
  return brand;
}

/** Request, then image, then package, then what the image's type is made for; all that say something must agree. */
function brandOf(input: MachineInput, image: Image, pkg: Package): Brand {
  if (input.brand !== undefined && input.brand !== 'bhyve' && input.brand !== 'kvm')
    throw invalidArgument('brand', 'brand is bhyve or kvm');
  const isDisk = image.type === 'zvol';
  const otherwise: Brand = isDisk ? 'bhyve' : image.type === 'lx-dataset' || image.type === 'docker' ? 'lx' : 'joyent';
  const brand = input.brand ?? image.requirements.brand ?? pkg.brand ?? otherwise;
  if (pkg.brand && pkg.brand !== brand) throw invalidArgument('package', `package ${pkg.name} is for ${pkg.brand}, not for ${brand}`);
  if (image.requirements.brand && image.requirements.brand !== brand) {
    throw invalidArgument('image', `image ${image.name} is for ${image.requirements.brand}, not for ${brand}`);
  }
  if (isZone(brand) === isDisk) throw invalidArgument('image', `image ${image.name} of type ${image.type} cannot run as ${brand}`);
  return brand;
}

function refuseUnsupported(input: MachineInput): void {
  if (input.disks?.length) throw invalidArgument('disks', 'disks can be chosen with flexible-disk packages only');
  if (input.volumes?.length) throw invalidArgument('volumes', 'volumes are not offered in this datacenter');
  if (input.encrypted) throw invalidArgument('encrypted', 'no server of this datacenter has encrypted storage');
  if (input.delegate_dataset || input.delegated_dataset) {
    throw invalidArgument('delegate_dataset', 'delegated datasets are not offered in this datacenter');
  }
}

/**
 * The NICs asked for, in order and each network once; without `networks`, the package's or the first public and the first other one.
 * @throws InvalidArgument a network that the account may not use, an address on a public network, too many public networks
 */
export function nicsOf(input: MachineInput, pkg: Package, usable: readonly Network[], mayHaveManyPublic: boolean): CreateVm['networks'] {
  const wanted: NetworkWant[] =
    input.networks?.map((network) => (typeof network === 'string' ? { ipv4_uuid: network } : network)) ?? defaults(input, pkg, usable);
  const byId = new Map<string, Network>(usable.map((network) => [network.id, network]));
  const nics = new Map<string, CreateVm['networks'][number]>();
  for (const want of wanted) {
    const network = byId.get(want.ipv4_uuid);
    if (!network) throw invalidArgument('networks', `there is no network ${want.ipv4_uuid} that the account may use`);
    const ip = want.ipv4_ips?.[0];
    if (ip && network.public && !network.fabric)
      throw invalidArgument('networks', `an address on public network ${network.name} cannot be chosen`);
    const { primary } = want;
    if (!nics.has(network.id)) nics.set(network.id, { network: network.id, ...(ip && { ip }), ...(primary && { primary }) });
  }
  const publicOnes = [...nics.keys()].map((id) => byId.get(id)!).filter((network) => network.public);
  if (publicOnes.length > 1 && !mayHaveManyPublic) throw invalidArgument('networks', 'only one public network is allowed');
  // The way out goes through the public network when nobody says otherwise.
  const first = nics.get(publicOnes[0]?.id ?? '');
  if (first && ![...nics.values()].some((nic) => nic.primary)) nics.set(first.network, { ...first, primary: true });
  return [...nics.values()];
}

function defaults(input: MachineInput, pkg: Package, usable: readonly Network[]): { ipv4_uuid: string }[] {
  if (pkg.networks.length > 0) return pkg.networks.map((id) => ({ ipv4_uuid: id }));
  const kinds = input.default_networks ?? ['external', 'internal'];
  const first = [
    kinds.includes('external') ? usable.find((network) => network.public) : undefined,
    kinds.includes('internal') ? usable.find((network) => !network.public) : undefined,
  ];
  return first.filter((network) => network !== undefined).map(({ id }) => ({ ipv4_uuid: id }));
}

/** Flat `metadata.KEY` and nested `metadata`; the flat ones win, and the account's SSH keys win over both. */
export function metadataOf(input: MachineInput, keys: readonly SshKey[]): Pick<CreateVm, 'metadata' | 'internalMetadata'> {
  const given = { ...input.metadata, ...prefixed(input, 'metadata.') };
  const password = passwordOf(input);
  return {
    metadata: {
      ...metadataText(given),
      ...(keys.length > 0 && { root_authorized_keys: keys.map((key) => `${key.publicKey}\n`).join('') }),
    },
    internalMetadata: { ...credentialsAsInternal(given.credentials), ...(password && { administrator_pw: password }) },
  };
}

export function tagsOf(input: MachineInput): CreateVm['tags'] {
  return checkTags({ ...input.tags, ...prefixed(input, 'tag.') });
}

/** @throws InvalidArgument both ways of saying where */
export function localityOf(input: MachineInput): CreateVm['locality'] {
  if (!input.locality) return undefined;
  const list = (ids: string | string[] | undefined): VmId[] => (ids === undefined ? [] : [ids].flat()).map((id) => VmId.parse(id));
  const locality = { near: list(input.locality.near), far: list(input.locality.far), strict: input.locality.strict ?? false };
  return locality.near.length + locality.far.length > 0 ? locality : undefined;
}

/** @throws ValidationFailed naming `alias`, as the field is called inside */
export function checkName(name: string): void {
  const filled = name.replaceAll('{{shortId}}', '0'.repeat(8));
  if (Alias.safeParse(filled).success) return;
  const message = 'must be 1 to 189 letters, digits, _ . or -, beginning with a letter or digit';
  throw new ServiceError('ValidationFailed', `name ${message}`, { errors: [{ field: 'alias', code: 'Invalid', message }] });
}

function passwordOf(input: MachineInput): string | undefined {
  return input.password ?? input.administrator_pw;
}

function prefixed(input: Readonly<Record<string, unknown>>, prefix: string): Record<string, unknown> {
  const entries = Object.entries(input).filter(([name]) => name.startsWith(prefix) && name.length > prefix.length);
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}
