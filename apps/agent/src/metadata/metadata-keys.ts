import type { InstanceSpec, NicSpec } from '@nereid/contracts';
import { nicName } from '@nereid/contracts';

/** Whose a key is. Source: SmartOS, mdata-get(8) and the metadata data dictionary. */
export type KeyClass = 'customer' | 'internal' | 'sdc';

/** What the server adds to a spec, for `sdc:` keys. */
export interface ServerOfGuest {
  readonly server: string;
}

/**
 * `sdc:…` comes from the spec; what ends in `_pw`, `operator-script` and the namespaces of internal metadata are the operators'; the rest is the customer's.
 */
export function classOf(spec: InstanceSpec, key: string): KeyClass {
  if (key === 'sdc' || key.startsWith('sdc:')) return 'sdc';
  if (key.endsWith('_pw') || key === 'operator-script') return 'internal';
  const colon = key.indexOf(':');
  return colon > 0 && namespacesOf(spec).has(key.slice(0, colon)) ? 'internal' : 'customer';
}

/** The value of a key as the guest may read it; undefined: none. */
export function valueOf(spec: InstanceSpec, on: ServerOfGuest, key: string): string | undefined {
  switch (classOf(spec, key)) {
    case 'customer':
      return own(spec.customerMetadata, key);
    case 'internal':
      return own(spec.internalMetadata, key);
    case 'sdc':
      return sdcValue(spec, on, key.slice('sdc:'.length));
  }
}

/** Keys that `KEYS` lists: the customer's and the internal ones; `sdc:` is never listed. */
export function keysOf(spec: InstanceSpec): string[] {
  return [...new Set([...Object.keys(spec.customerMetadata), ...Object.keys(spec.internalMetadata)])].filter(
    (key) => classOf(spec, key) !== 'sdc',
  );
}

function sdcValue(spec: InstanceSpec, on: ServerOfGuest, name: string): string | undefined {
  if (name.startsWith('tags.')) {
    const tag = own(spec.tags, name.slice('tags.'.length));
    return tag === undefined ? undefined : String(tag);
  }
  if (name === 'operator-script') return own(spec.internalMetadata, 'operator-script');
  const make = own(sdcProperties, name);
  const value = make?.(spec, on);
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

/** The names under which guests know the parts of a spec. */
const sdcProperties: Record<string, (spec: InstanceSpec, on: ServerOfGuest) => unknown> = {
  uuid: (spec) => spec.id,
  zonename: (spec) => spec.id,
  hostname: (spec) => spec.hostname,
  alias: (spec) => spec.alias,
  owner_uuid: (spec) => spec.owner,
  image_uuid: (spec) => spec.image.id,
  image_name: (spec) => spec.image.name,
  image_version: (spec) => spec.image.version,
  brand: (spec) => spec.brand,
  server_uuid: (_spec, on) => on.server,
  datacenter_name: (spec) => spec.datacenter,
  dns_domain: (spec) => spec.dnsDomain,
  package_name: (spec) => spec.packageName,
  create_timestamp: (spec) => spec.createdAt,
  state: () => 'running',
  max_physical_memory: (spec) => spec.limits.memoryMiB,
  ram: (spec) => spec.limits.memoryMiB,
  max_swap: (spec) => spec.limits.swapMiB,
  max_lwps: (spec) => spec.limits.maxProcesses,
  cpu_cap: (spec) => spec.limits.cpuCapPercent,
  cpu_shares: (spec) => spec.limits.cpuShares,
  quota: (spec) => spec.quotaGiB,
  nics: (spec) => spec.nics.map(toGuestNic),
  resolvers: (spec) => resolversOf(spec),
  routes: () => [],
  volumes: () => [],
  tmpfs: (spec) => spec.limits.memoryMiB,
};

/** A NIC in the words of vmadm. */
function toGuestNic(nic: NicSpec): Record<string, unknown> {
  const netmask = (0xffffffff << (32 - nic.prefixLength)) >>> 0;
  return {
    interface: nicName(nic.slot),
    mac: nic.mac,
    vlan_id: nic.vlanId,
    nic_tag: nic.nicTag,
    network_uuid: nic.network,
    ip: nic.ip,
    ips: [`${nic.ip}/${nic.prefixLength}`],
    netmask: [24, 16, 8, 0].map((shift) => (netmask >>> shift) & 255).join('.'),
    ...(nic.gateway !== undefined && { gateway: nic.gateway, gateways: [nic.gateway] }),
    mtu: nic.mtu,
    primary: nic.primary,
  };
}

function resolversOf(spec: InstanceSpec): readonly string[] {
  return spec.resolvers.length > 0 ? spec.resolvers : [...new Set(spec.nics.flatMap((nic) => nic.resolvers))];
}

function namespacesOf(spec: InstanceSpec): Set<string> {
  return new Set(Object.keys(spec.internalMetadata).flatMap((key) => (key.includes(':') ? [key.slice(0, key.indexOf(':'))] : [])));
}

/** A guest may ask for `constructor` or `__proto__`; only what is really there answers. */
function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
