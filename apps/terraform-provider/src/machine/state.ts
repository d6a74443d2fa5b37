import type { cloudapi } from '@nereid/contracts';
import { isObject, type ObjectValue, type Value } from '../values/value';
import { namedKeys, unrecordedTag } from './metadata-keys';
import { fromApiTags } from './tags';

type Machine = cloudapi.MachineObject;

/** How the things that an instance is made of are spelt in the configuration, for as long as they are still the same. */
export interface Spelling {
  readonly package: string;
  readonly package_id: string | null;
  readonly image: string;
  readonly networks: readonly string[];
}

/** An instance as Terraform keeps it. What the API does not tell is taken from what was known before. */
export function toState(machine: Machine, known: ObjectValue, spelling: Spelling): ObjectValue {
  const { metadata } = machine;
  const named = Object.entries(namedKeys).map(([attribute, key]) => [attribute, metadata[key] ?? null] as const);
  return {
    ...Object.fromEntries(named),
    ...observedOf(machine),
    name: machine.name,
    package: spelling.package,
    package_id: spelling.package_id,
    image: spelling.image,
    image_id: machine.image,
    networks: [...spelling.networks],
    affinity: known['affinity'] ?? null,
    administrator_pw: known['administrator_pw'] ?? null,
    tags: tagsOf(machine, known),
    metadata: managedMetadata(metadata, known),
    firewall_enabled: machine.firewall_enabled,
    deletion_protection_enabled: machine.deletion_protection,
    force_destroy: known['force_destroy'] ?? false,
    timeouts: known['timeouts'] ?? null,
  };
}

/** What the cloud alone says of an instance. */
export function observedOf(machine: Machine): ObjectValue {
  return {
    id: machine.id,
    type: machine.type,
    brand: machine.brand,
    state: machine.state,
    memory: machine.memory,
    disk: machine.disk,
    ips: machine.ips,
    primaryip: machine.primaryIp ?? null,
    nic: (machine.nics ?? []).map((nic) => ({ ...nic, gateway: nic.gateway ?? null })),
    compute_node: machine.compute_node ?? null,
    domain_names: machine.dns_names ?? [],
    created: machine.created,
    updated: machine.updated,
  };
}

export function visibleTags(machine: Machine): Record<string, string> {
  const { [unrecordedTag]: _, ...tags } = fromApiTags(machine.tags);
  return tags;
}

/** No tags are null or an empty map, as the configuration has it. */
function tagsOf(machine: Machine, known: ObjectValue): Value {
  const tags = visibleTags(machine);
  return Object.keys(tags).length === 0 ? (isObject(known['tags']) ? {} : null) : tags;
}

/**
 * Of the metadata only what the configuration manages: guests write keys of their own, and those are no drift. An instance that is being
 * imported brings all it has, for nobody can say yet what of it is managed.
 */
function managedMetadata(metadata: Readonly<Record<string, string>>, known: ObjectValue): Value {
  const isImport = (known['image'] ?? null) === null;
  const own: readonly string[] = Object.values(namedKeys);
  if (isImport) {
    const all = Object.entries(metadata).filter(([key]) => !own.includes(key));
    return all.length === 0 ? null : Object.fromEntries(all);
  }
  const managed = known['metadata'];
  if (!isObject(managed)) return null;
  return Object.fromEntries(Object.keys(managed).flatMap((key) => (Object.hasOwn(metadata, key) ? [[key, metadata[key]!]] : [])));
}
