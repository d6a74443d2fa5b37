import type { Given } from '../../command/spec';
import { usageError } from '../../cli-error';
import type { Cloud } from '../../cloud/cloud';
import { findImage, findNetwork, findPackage, type Image, type Network, type Package } from '../../cloud/catalogue';
import { pairsOf, readText, type Pairs } from '../pairs';

/** What is about to be asked for: the request, and what its words were found to mean. */
export interface NewMachine {
  readonly image: Image;
  readonly pkg: Package;
  readonly networks: readonly Network[];
  readonly request: Readonly<Record<string, unknown>> & { readonly name?: string; readonly brand?: string };
}

/** Looks up what the arguments name and makes the request. @throws CliError `Usage`, `ResourceNotFound` */
export async function newMachine(cloud: Cloud, given: Given): Promise<NewMachine> {
  const { flags, values, args } = given;
  const last = (name: string): string | undefined => values[name]?.at(-1);
  const nics = (values['nic'] ?? []).map(nicOf);
  if (nics.length > 0 && values['network']) throw usageError('--network and --nic are two ways of saying which networks: give one');
  const metadata = metadataOf(given);
  const tags = pairsOf(values['tag'] ?? []);
  const names = (values['network'] ?? []).flatMap((list) => list.split(',')).filter((name) => name !== '');
  const [image, pkg, ...networks] = await Promise.all([
    findImage(cloud, args[0]!),
    findPackage(cloud, args[1]!),
    ...names.map((name) => findNetwork(cloud, name)),
  ]);
  const request: NewMachine['request'] = {
    image: image.id,
    package: pkg.id,
    ...(last('name') !== undefined && { name: last('name') }),
    ...(last('brand') !== undefined && { brand: last('brand') }),
    ...(values['affinity'] && { affinity: values['affinity'] }),
    ...(networks.length > 0 && { networks: networks.map(({ id }) => id) }),
    ...(nics.length > 0 && { networks: nics }),
    ...(flags.has('firewall') && { firewall_enabled: true }),
    ...(flags.has('deletion-protection') && { deletion_protection: true }),
    ...(flags.has('delegate-dataset') && { delegate_dataset: true }),
    ...(flags.has('encrypted') && { encrypted: true }),
    ...(flags.has('allow-shared-images') && { allow_shared_images: true }),
    ...(values['volume'] && { volumes: values['volume'].map(volumeOf) }),
    ...(values['disk'] && { disks: values['disk'].flatMap(disksOf) }),
    ...prefixed('metadata.', metadata),
    ...prefixed('tag.', tags),
  };
  return { image, pkg, networks, request };
}

function metadataOf({ values }: Given): Pairs {
  const files = (values['metadata-file'] ?? []).map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw usageError(`"${text}" is not KEY=FILE`);
    return [text.slice(0, at), readText(text.slice(at + 1))];
  });
  const [script, cloudConfig] = [values['script']?.at(-1), values['cloud-config']?.at(-1)];
  return {
    ...pairsOf(values['metadata'] ?? []),
    ...(Object.fromEntries(files) as Pairs),
    ...(script !== undefined && { 'user-script': readText(script) }),
    ...(cloudConfig !== undefined && { 'cloud-init:user-data': readText(cloudConfig) }),
  };
}

function prefixed(prefix: string, pairs: Pairs): Pairs {
  return Object.fromEntries(Object.entries(pairs).map(([key, value]) => [`${prefix}${key}`, value]));
}

/** `ipv4_uuid=UUID[,ipv4_ips=IP]`. @throws CliError `Usage` */
function nicOf(text: string): Record<string, unknown> {
  const fields = new Map(
    text.split(',').map((part): [string, string] => {
      const at = part.indexOf('=');
      return [part.slice(0, Math.max(at, 0)), part.slice(at + 1)];
    }),
  );
  const unknown = [...fields.keys()].find((name) => name !== 'ipv4_uuid' && name !== 'ipv4_ips');
  if (unknown !== undefined) throw usageError(`invalid key: "${unknown}" (must match one of: ipv4_uuid, ipv4_ips)`);
  const network = fields.get('ipv4_uuid');
  if (!network) throw usageError('--nic wants ipv4_uuid=UUID');
  const address = fields.get('ipv4_ips');
  return { ipv4_uuid: network, ...(address && { ipv4_ips: [address] }) };
}

/** `NAME[:/PATH[:ro|rw]]`. @throws CliError `Usage` */
function volumeOf(text: string): Record<string, string> {
  const [name = '', mountpoint = '', mode = 'rw', ...more] = text.split(':');
  if (name === '' || !/^\/./.test(mountpoint) || !['ro', 'rw'].includes(mode) || more.length > 0) {
    throw usageError(`"${text}" is no volume: NAME:/PATH[:ro|rw]`);
  }
  return { name, mountpoint, mode };
}

/** @throws CliError `Usage` no JSON */
function disksOf(text: string): unknown[] {
  const json = text.startsWith('@') ? readText(text.slice(1)) : text;
  try {
    return [JSON.parse(json) as unknown].flat();
  } catch (cause) {
    throw usageError(`--disk wants JSON: ${(cause as Error).message}`, { cause });
  }
}

/** `name@version`, as messages name an image. */
export function imageName({ name, version }: Image): string {
  return `${name}@${version}`;
}
