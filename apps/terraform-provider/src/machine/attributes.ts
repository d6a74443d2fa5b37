import { Alias, cloudapi } from '@nereid/contracts';
import { computed, computedObjects, optional, optionalComputed, required } from '../schema/declare';
import type { Attributes, Block } from '../schema/schema';
import { durationMs } from './durations';

const { shape } = cloudapi.MachineObject;
const nic = cloudapi.MachineNic.shape;

const checkName = (value: unknown): string | undefined =>
  Alias.safeParse(value)
    .error?.issues.map((issue) => issue.message)
    .join('; ');

/** What an instance is made of. */
const wanted: Attributes = {
  name: optionalComputed(shape.name, 'Name, unique among the account’s instances. Without one the cloud gives it.', {
    check: checkName,
  }),
  package: required(
    shape.package,
    'Its size: name or id of a package. A zone is given another one in place, while it runs; a virtual machine is made anew.',
  ),
  image: required(shape.image, 'What it runs: an image by id, by name (the newest of that name) or by `name@version`.', {
    forcesNew: true,
  }),
  networks: optionalComputed(['list', 'string'], 'Networks by id or name, one NIC each, in this order. Without them the cloud chooses.', {
    forcesNew: true,
  }),
  affinity: optional(
    ['list', 'string'],
    'Where it should stand: `instance!=NAME`, `TAG==VALUE`, with `~` at the end of the operator for "if possible".',
    {
      forcesNew: true,
    },
  ),
  tags: optional(shape.tags, 'Tags. All that the instance has: one that somebody else has added is removed.'),
  metadata: optional(
    shape.metadata,
    'Metadata for programs in the instance. Keys that are not here are left alone, for guests write their own.',
  ),
  root_authorized_keys: optionalComputed(
    'string',
    'Public keys that may log in as root, a line each; those of the account when not given.',
  ),
  user_script: optional('string', 'A program that the instance runs at every boot.', { forcesNew: true }),
  user_data: optional('string', 'Data for the instance’s own configuration.', { forcesNew: true }),
  cloud_config: optional('string', 'Configuration for cloud-init.', { forcesNew: true }),
  administrator_pw: optional('string', 'First password of the administrator, for images that need one.', {
    forcesNew: true,
    isSensitive: true,
  }),
  firewall_enabled: optionalComputed(shape.firewall_enabled, 'Whether the firewall’s rules apply to it.', { default: false }),
  deletion_protection_enabled: optionalComputed(shape.deletion_protection, 'Whether the API refuses to destroy it.', { default: false }),
  force_destroy: optionalComputed('bool', 'Whether Terraform may destroy it although deletion protection is on.', { default: false }),
};

/** What the cloud says of it; with the names of these, all that `nereid_machines` answers. */
export const observed: Attributes = {
  id: computed(shape.id, 'Id of the instance.'),
  type: computed(shape.type, '`smartmachine` for a zone, `virtualmachine` for a virtual machine.'),
  brand: computed(shape.brand, 'How it is run: `lx`, `joyent`, `bhyve`, `kvm`.'),
  state: computed(shape.state, 'Its state: `running`, `stopped` …'),
  memory: computed(shape.memory, 'Memory,', { unknownOnChangeOf: ['package'] }),
  disk: computed(shape.disk, 'Disk,', { unknownOnChangeOf: ['package'] }),
  ips: computed(shape.ips, 'Its addresses.'),
  primaryip: computed(shape.primaryIp, 'The address that it uses for the world outside.'),
  nic: computedObjects(
    {
      network: computed(nic.network, 'Id of the network.'),
      mac: computed(nic.mac, 'Hardware address.'),
      ip: computed(nic.ip, 'Address.'),
      netmask: computed(nic.netmask, 'Mask of the network.'),
      gateway: computed(nic.gateway, 'The way out, where there is one.'),
      primary: computed(nic.primary, 'Whether the way to the world outside goes through it.'),
    },
    'Its network interfaces, in order.',
  ),
  compute_node: computed(shape.compute_node, 'Id of the server on which it is.'),
  domain_names: computed(shape.dns_names, 'Its names in the DNS.', { unknownOnChangeOf: ['name', 'tags'] }),
  created: computed(shape.created, 'When it was made (RFC 3339).'),
  updated: computed(shape.updated, 'When it was changed last (RFC 3339).', { unknownOnChangeOf: ['*'] }),
};

const timeouts = {
  create: optional('string', 'How long to wait for a new instance to run: `90s`, `10m`, `1h30m`; 10 minutes unless told.', {
    check: checkDuration,
  }),
  update: optional('string', 'How long to wait for a change; 10 minutes unless told.', { check: checkDuration }),
  delete: optional('string', 'How long to wait until it is gone; 10 minutes unless told.', { check: checkDuration }),
};

export const machineBlock: Block = {
  description: 'An instance: a zone or a virtual machine.',
  attributes: {
    ...wanted,
    ...observed,
    package_id: computed('string', 'Id of the package.', { unknownOnChangeOf: ['package'] }),
    image_id: computed(shape.image, 'Id of the image.'),
  },
  blocks: { timeouts: { description: 'How long to wait.', attributes: timeouts } },
};

/**
 * The attribute that shows each field of the API's object. A test compares this with the contract, so that a field which the API gains
 * appears here or is left out on purpose.
 */
export const attributeOfField: Readonly<Record<keyof typeof shape, string>> = {
  id: 'id',
  name: 'name',
  type: 'type',
  brand: 'brand',
  state: 'state',
  image: 'image_id',
  memory: 'memory',
  disk: 'disk',
  metadata: 'metadata',
  tags: 'tags',
  created: 'created',
  updated: 'updated',
  ips: 'ips',
  networks: 'networks',
  nics: 'nic',
  primaryIp: 'primaryip',
  firewall_enabled: 'firewall_enabled',
  deletion_protection: 'deletion_protection_enabled',
  compute_node: 'compute_node',
  package: 'package',
  dns_names: 'domain_names',
};

function checkDuration(value: unknown): string | undefined {
  return durationMs(value) === undefined ? 'Must be a duration such as "90s", "10m" or "1h30m".' : undefined;
}
