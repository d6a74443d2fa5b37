import { z } from 'zod';
import { Condition } from '../agent/instance-seen';
import { Brand } from '../brands';
import { PlacementExplanation } from '../cnapi/capacity';
import { AccountId, ImageId, JobId, NetworkId, PackageId, ServerId, VmId } from '../ids';
import { Instant, Size } from '../units';
import { VmState } from '../vmapi/vm-state';
import { Alias, MetadataMap, TagMap, TagValue } from '../vmapi/vms';
import { countHeader } from './headers';
import { JobObject } from './jobs';
import { route } from './route';
import { Page, VmParams, flag, integer, listOf, pageHeaders } from './wire-values';

/** A NIC as VMAPI shows it. */
export const VmNic = z.object({
  interface: z.string(),
  mac: z.string(),
  ip: z.string(),
  netmask: z.string(),
  gateway: z.string().optional(),
  primary: z.boolean(),
  nic_tag: z.string(),
  vlan_id: z.number().int(),
  mtu: z.number().int(),
  network_uuid: NetworkId,
  resolvers: z.array(z.string()),
});
export type VmNic = z.infer<typeof VmNic>;

/** An instance in a list. Source: VMAPI, VM object; `billing_id` is the package, `ram` in MiB, `quota` in GiB. */
export const VmListItem = z.object({
  uuid: VmId,
  alias: z.string(),
  brand: Brand,
  state: VmState,
  owner_uuid: AccountId,
  server_uuid: ServerId.optional(),
  image_uuid: ImageId,
  billing_id: PackageId,
  package_name: z.string(),
  ram: Size,
  max_physical_memory: Size,
  max_swap: Size,
  quota: Size,
  cpu_cap: Size,
  cpu_shares: z.number().int(),
  max_lwps: z.number().int(),
  zfs_io_priority: z.number().int(),
  nics: z.array(VmNic),
  tags: z.record(z.string(), TagValue),
  firewall_enabled: z.boolean(),
  /** Deletion protection. */
  indestructible_zoneroot: z.boolean(),
  conditions: z.array(Condition),
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
  /** The job that runs on it or waits to. */
  job_uuid: JobId.optional(),
  create_timestamp: Instant,
  last_modified: Instant,
  destroyed: Instant.optional(),
  version: z.number().int(),
});
export type VmListItem = z.infer<typeof VmListItem>;

/** An instance. */
export const VmObject = VmListItem.extend({
  customer_metadata: MetadataMap,
  locality: z.object({ near: z.array(VmId), far: z.array(VmId), strict: z.boolean() }).optional(),
  generation: z.number().int(),
});
export type VmObject = z.infer<typeof VmObject>;

/** Keys that a list of instances may be sorted by, each `.asc` or `.desc`. */
export const vmSortKeys = ['create_timestamp', 'last_modified', 'alias', 'ram'] as const;
export const VmSort = z.templateLiteral([z.enum(vmSortKeys), '.', z.enum(['asc', 'desc'])]);
export type VmSort = z.infer<typeof VmSort>;

export const listVms = route({
  name: 'ListVms',
  method: 'GET',
  path: '/vmapi/vms',
  summary: 'Lists instances.',
  description: 'All filters that are given must hold. Without `state`, all but destroyed and failed ones.',
  query: z.strictObject({
    ...Page,
    sort: VmSort.optional().describe('`create_timestamp.asc` when absent.'),
    q: z.string().min(1).max(189).optional().describe('Alias contains it (any case), or id or an address begins with it.'),
    alias: z.string().optional().describe('Exactly.'),
    owner_uuid: AccountId.optional(),
    server_uuid: ServerId.optional(),
    image_uuid: ImageId.optional(),
    uuids: listOf(VmId, 500).optional(),
    state: listOf(VmState, 8).optional().describe('One or more, with commas.'),
    brand: listOf(Brand, 5).optional(),
    ram: integer(0, 100_000_000).optional(),
    count: flag.optional().describe('`true`: count all that match.'),
  }),
  reply: z.array(VmListItem),
  headers: { ...pageHeaders, [countHeader]: 'How many match in all; only with `count=true`.' },
});

export const getVm = route({
  name: 'GetVm',
  method: 'GET',
  path: '/vmapi/vms/:uuid',
  summary: 'Shows one instance; also a destroyed one, for seven days.',
  params: VmParams,
  reply: VmObject,
  etag: 'shows',
  errors: ['ResourceNotFound'],
});

/** The answer to whatever starts a job. `job_uuid` is absent when nothing was left to do. */
export const VmJobReply = z.object({ vm_uuid: VmId, job_uuid: JobId.optional() });
export type VmJobReply = z.infer<typeof VmJobReply>;

export const createVm = route({
  name: 'CreateVm',
  method: 'POST',
  path: '/vmapi/vms',
  summary: 'Makes an instance.',
  description: 'Answers when accepted; the job does the rest. With an `Idempotency-Key` header a repeated request makes nothing new.',
  body: z.strictObject({
    owner_uuid: AccountId,
    alias: z.string().max(189).optional().describe('Every `{{shortId}}` becomes the first 8 digits of the id.'),
    image_uuid: ImageId,
    billing_id: z.string().min(1).max(64).describe('The package, by id or name.'),
    brand: Brand.optional(),
    networks: z
      .array(z.strictObject({ uuid: NetworkId, ip: z.ipv4().optional(), primary: z.boolean().optional() }))
      .min(1)
      .max(32),
    customer_metadata: MetadataMap.optional(),
    tags: TagMap.optional(),
    locality: z.strictObject({ near: z.array(VmId).optional(), far: z.array(VmId).optional(), strict: z.boolean().optional() }).optional(),
    firewall_enabled: z.boolean().optional(),
    indestructible_zoneroot: z.boolean().optional(),
    server_uuid: ServerId.optional().describe('This server and no other.'),
  }),
  reply: VmJobReply,
  status: 202,
  errors: ['QuotaExceeded', 'IdempotencyMismatch'],
});

/** What may be done to an instance by `POST /vmapi/vms/:uuid`. */
export const VmActionBody = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('start') }),
  z.strictObject({ action: z.literal('stop') }),
  z.strictObject({ action: z.literal('reboot') }),
  /** Frees what the cloud keeps of an instance whose server is dead. */
  z.strictObject({ action: z.literal('forget') }),
  /** All that is named, in this order; each of them takes hold by itself. Only another package takes a job. */
  z.strictObject({
    action: z.literal('update'),
    alias: Alias.optional(),
    firewall_enabled: z.boolean().optional(),
    indestructible_zoneroot: z.boolean().optional(),
    set_tags: TagMap.optional(),
    remove_tags: z.array(z.string()).optional(),
    set_customer_metadata: MetadataMap.optional(),
    remove_customer_metadata: z.array(z.string()).optional(),
    billing_id: z.string().min(1).max(64).optional().describe('Another package, by id or name: the instance is resized where it stands.'),
  }),
]);
export type VmActionBody = z.infer<typeof VmActionBody>;

export const actOnVm = route({
  name: 'ActOnVm',
  method: 'POST',
  path: '/vmapi/vms/:uuid',
  summary: 'Starts, stops, reboots, resizes, updates or forgets an instance.',
  description: 'In the state asked for already: accepted, and no job.',
  params: VmParams,
  body: VmActionBody,
  reply: VmJobReply,
  status: 202,
  etag: 'checks',
  errors: ['ResourceNotFound', 'UnallocatedVM', 'Gone', 'Conflict', 'InvalidArgument', 'QuotaExceeded', 'PreconditionFailed'],
});

export const destroyVm = route({
  name: 'DestroyVm',
  method: 'DELETE',
  path: '/vmapi/vms/:uuid',
  summary: 'Destroys an instance and its data.',
  params: VmParams,
  reply: VmJobReply,
  status: 202,
  errors: ['ResourceNotFound', 'CannotDestroyMachine', 'Conflict'],
});

export const VmAuditEntry = z.object({
  uuid: z.string(),
  action: z.string(),
  success: z.boolean(),
  time: Instant,
  caller: z.object({ type: z.string(), ip: z.string().optional(), key_id: z.string().optional() }),
  message: z.string().optional(),
});

export const listVmAudit = route({
  name: 'ListVmAudit',
  method: 'GET',
  path: '/vmapi/vms/:uuid/audit',
  summary: 'Lists what was done to an instance, newest first.',
  params: VmParams,
  query: z.strictObject({ limit: Page.limit }),
  reply: z.array(VmAuditEntry),
  errors: ['ResourceNotFound'],
});

export const listVmJobs = route({
  name: 'ListVmJobs',
  method: 'GET',
  path: '/vmapi/vms/:uuid/jobs',
  summary: 'Lists the jobs of an instance, newest first.',
  params: VmParams,
  query: z.strictObject({ ...Page }),
  reply: z.array(JobObject),
  headers: pageHeaders,
});

/** How an instance came to its server. */
export const PlacementObject = z.object({
  considered: z.number().int(),
  steps: PlacementExplanation.shape.steps,
  best: z.array(
    z.object({ server_uuid: ServerId, hostname: z.string().optional(), score: z.number(), parts: z.record(z.string(), z.number()) }),
  ),
  chosen: ServerId.optional(),
  conflicts: z.number().int(),
});
export type PlacementObject = z.infer<typeof PlacementObject>;

export const explainPlacement = route({
  name: 'ExplainPlacement',
  method: 'GET',
  path: '/vmapi/vms/:uuid/placement',
  summary: 'Explains why an instance stands where it stands.',
  params: VmParams,
  reply: PlacementObject,
  errors: ['ResourceNotFound'],
});
