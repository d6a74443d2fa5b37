import { z } from 'zod';
import { Condition } from '../agent/instance-seen';
import { NicSpec } from '../agent/instance-spec';
import { Brand } from '../brands';
import { Locality } from '../cnapi/capacity';
import { AccountId, ImageId, JobId, PackageId, ServerId, VmId } from '../ids';
import { NicWant } from '../napi/nics';
import { hint, rpc } from '../rpc';
import { CpuPercent, Instant, Size, pageOf } from '../units';
import { VmState } from './vm-state';
import { vmSubResources } from './vm-sub-resources';

export const Alias = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,188}$/, 'must be 1 to 189 letters, digits, _ . or -, beginning with a letter or digit');
export const MetadataMap = z.record(z.string().min(1).max(255), z.string());
export const TagValue = z.union([z.string(), z.number(), z.boolean()]);
export type TagValue = z.infer<typeof TagValue>;
export const TagMap = z.record(z.string().min(1).max(255), TagValue);

/** An instance as vmapi shows it. */
export const Vm = z.object({
  id: VmId,
  owner: AccountId,
  alias: Alias,
  brand: Brand,
  state: VmState,
  image: ImageId,
  package: PackageId,
  packageName: z.string(),
  memoryMiB: Size,
  swapMiB: Size,
  quotaGiB: Size,
  cpuCapPercent: CpuPercent,
  cpuShares: z.number().int(),
  maxProcesses: z.number().int(),
  ioPriority: z.number().int(),
  server: ServerId.optional(),
  nics: z.array(NicSpec),
  metadata: MetadataMap,
  tags: TagMap,
  locality: Locality.optional(),
  firewallEnabled: z.boolean(),
  deletionProtection: z.boolean(),
  conditions: z.array(Condition),
  /** Why it is `failed`. */
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
  /** The job that runs on it or waits to. */
  job: JobId.optional(),
  createdAt: Instant,
  updatedAt: Instant,
  destroyedAt: Instant.optional(),
  version: z.number().int(),
  generation: z.number().int(),
});
export type Vm = z.infer<typeof Vm>;

/** An instance and the job that changes it; no job when nothing was left to do. */
export const VmAndJob = z.object({ vm: Vm, job: JobId.optional() });
export type VmAndJob = z.infer<typeof VmAndJob>;

/**
 * One effect per request, however often it is sent: `key` is the client's Idempotency-Key, `hash` a digest of method, path and body. The
 * same key and hash within 24 h answers the same object; another hash is refused with `IdempotencyMismatch`.
 */
export const Idempotency = z.object({ key: z.string().min(1).max(255), hash: z.string().length(64) });
export type Idempotency = z.infer<typeof Idempotency>;

/** What a customer wants made. */
export const CreateVm = z.object({
  owner: AccountId,
  /** Every `{{shortId}}` becomes the id's first 8 digits; absent: just those. */
  alias: z.string().max(189).optional(),
  image: ImageId,
  /** Id or name. */
  package: z.string(),
  brand: Brand.optional(),
  networks: z.array(NicWant).max(32),
  metadata: MetadataMap.default({}),
  internalMetadata: MetadataMap.default({}),
  tags: TagMap.default({}),
  locality: Locality.optional(),
  firewallEnabled: z.boolean().default(false),
  deletionProtection: z.boolean().default(false),
  /** Operators and tests: this server and no other. */
  server: ServerId.optional(),
  idempotency: Idempotency.optional(),
});
export type CreateVm = z.infer<typeof CreateVm>;

/**
 * Accepts an instance: row, quota, job, audit, outbox and idempotency are committed together or not at all; the job then provisions it.
 * @throws ValidationFailed a field is wrong: image not active, package inactive, alias taken (`Duplicate`), metadata too large …
 * @throws QuotaExceeded the owner's limit would be passed
 * @throws IdempotencyMismatch
 */
export const createVm = rpc({ subject: 'vmapi.v1.vms.create', request: CreateVm, reply: VmAndJob, timeoutMs: 5_000 });

/** One instance; also a destroyed one, for seven days. `owner`: as that account sees it. @throws ResourceNotFound */
export const getVm = rpc({
  subject: 'vmapi.v1.vms.get',
  request: z.object({ id: VmId, owner: AccountId.optional() }),
  reply: Vm,
  timeoutMs: 3_000,
});

/** Filters of a list; all that are given must hold. Without `states` all but destroyed and failed ones. */
export const VmFilter = z.object({
  owner: AccountId.optional(),
  ids: z.array(VmId).max(1000).optional(),
  alias: z.string().optional(),
  /** The alias contains it, in any case; or the id or an address begins with it. */
  search: z.string().min(1).max(189).optional(),
  states: z.array(VmState).optional(),
  brands: z.array(Brand).optional(),
  image: ImageId.optional(),
  server: ServerId.optional(),
  memoryMiB: Size.optional(),
  /** Exact values; `*` for any. */
  tags: z.record(z.string(), z.string()).optional(),
  /** At least one tag. */
  tagged: z.boolean().optional(),
});
export type VmFilter = z.infer<typeof VmFilter>;

/** What a list of instances may be sorted by; the id decides between equals. */
export const VmSortKey = z.enum(['createdAt', 'updatedAt', 'alias', 'memoryMiB']);
export type VmSortKey = z.infer<typeof VmSortKey>;

/** Instances, oldest first unless sorted otherwise. `after` pages by key, with the same `sort` as the page before; `offset` skips, as CloudAPI wants it. `total` counts all that match when asked for. */
export const listVms = rpc({
  subject: 'vmapi.v1.vms.list',
  request: z.object({
    filter: VmFilter,
    limit: z.number().int().min(0).max(1000).default(1000),
    after: z.string().optional(),
    offset: z.number().int().min(0).default(0),
    withTotal: z.boolean().default(false),
    sort: z.object({ by: VmSortKey, descending: z.boolean() }).default({ by: 'createdAt', descending: false }),
  }),
  reply: pageOf(Vm),
  timeoutMs: 5_000,
});

/** `ifVersion`: refuse with PreconditionFailed when the row has another version. */
const Aim = z.object({
  id: VmId,
  owner: AccountId.optional(),
  idempotency: Idempotency.optional(),
  ifVersion: z.number().int().optional(),
});

/** How many instances there are in each state; destroyed ones are not counted. Operators only. */
export const countVms = rpc({
  subject: 'vmapi.v1.vms.counts',
  request: z.object({}),
  reply: z.object({ counts: z.partialRecord(VmState, z.number().int()) }),
  timeoutMs: 5_000,
});

/** Starts, stops or reboots. In that state already: no job. @throws ResourceNotFound @throws UnallocatedVM still provisioning @throws Gone destroyed @throws Conflict 20 jobs queue on it already */
export const startVm = rpc({ subject: 'vmapi.v1.vms.start', request: Aim, reply: VmAndJob, timeoutMs: 5_000 });
export const stopVm = rpc({ subject: 'vmapi.v1.vms.stop', request: Aim, reply: VmAndJob, timeoutMs: 5_000 });
export const rebootVm = rpc({ subject: 'vmapi.v1.vms.reboot', request: Aim, reply: VmAndJob, timeoutMs: 5_000 });

/**
 * Gives a zone the sizes of another package where it stands, while it runs. Its package is the new one when the job has succeeded; a job
 * that fails leaves it as it was: `InsufficientCapacity` its server has no room for the difference, `InsufficientDiskSpace` it holds more
 * data than the new quota, `Conflict` it uses more memory than the new limit. With that package already: no job.
 * @throws ValidationFailed with field `package`: unknown, inactive, of another brand, too small or too large for the image @throws QuotaExceeded
 * @throws InvalidArgument a virtual machine @throws Conflict another resize of it has not ended, or its state
 * @throws ResourceNotFound @throws UnallocatedVM still provisioning @throws Gone destroyed
 */
export const resizeVm = rpc({
  subject: 'vmapi.v1.vms.resize',
  /** `package`: id or name. */
  request: Aim.extend({ package: z.string() }),
  reply: VmAndJob,
  timeoutMs: 5_000,
});

/** Destroys, cancelling what is queued on it. Destroyed already: the row as it is, no job. @throws CannotDestroyMachine protected @throws ResourceNotFound */
export const destroyVm = rpc({ subject: 'vmapi.v1.vms.destroy', request: Aim, reply: VmAndJob, timeoutMs: 5_000 });

/**
 * Changes the wanted half without a job; the node is told at once and brought in line by the reconciler if it did not hear.
 * `metadata` and `tags`: `set` merges, `remove` takes keys away, `replace` puts the whole map in place (before `set`).
 * @throws ValidationFailed naming the field; alias taken is `Duplicate` @throws Gone @throws ResourceNotFound
 */
export const updateVm = rpc({
  subject: 'vmapi.v1.vms.update',
  request: Aim.extend({
    action: z.enum([
      'rename',
      'set_metadata',
      'remove_metadata',
      'replace_metadata',
      'set_tags',
      'remove_tags',
      'replace_tags',
      'enable_firewall',
      'disable_firewall',
      'enable_deletion_protection',
      'disable_deletion_protection',
    ]),
    alias: z.string().optional(),
    metadata: z
      .object({ replace: z.boolean().default(false), set: MetadataMap.default({}), remove: z.array(z.string()).default([]) })
      .optional(),
    tags: z.object({ replace: z.boolean().default(false), set: TagMap.default({}), remove: z.array(z.string()).default([]) }).optional(),
  }),
  reply: Vm,
  timeoutMs: 5_000,
});

/** Frees what the cloud keeps of an instance whose server is dead. Operators only, audited. @throws Conflict its server is not down */
export const forgetVm = rpc({
  subject: 'vmapi.v1.vms.forget',
  request: z.object({ id: VmId, ifVersion: z.number().int().optional() }),
  reply: VmAndJob,
  timeoutMs: 5_000,
});

/** One finished change. `action` in CloudAPI's words: `provision`, `start`, `set_tags`, … */
export const AuditEntry = z.object({
  id: z.string(),
  vm: VmId,
  action: z.string(),
  success: z.boolean(),
  at: Instant,
  caller: z.object({ type: z.enum(['signature', 'operator', 'token', 'basic']), ip: z.string().optional(), keyId: z.string().optional() }),
  message: z.string().optional(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Finished changes of an instance, newest first. @throws ResourceNotFound */
export const listVmAudit = rpc({
  subject: 'vmapi.v1.vms.audit',
  request: z.object({ id: VmId, owner: AccountId.optional(), limit: z.number().int().min(1).max(1000).default(1000) }),
  reply: z.object({ entries: z.array(AuditEntry) }),
  timeoutMs: 5_000,
});

/** An instance changed; unordered and fast. */
export const vmHint = hint('vmapi', 'vms', z.object({ vm: VmId, owner: AccountId, state: VmState, version: z.number().int() }));

export const VmSubResource = z.enum(vmSubResources);
export type VmSubResource = z.infer<typeof VmSubResource>;

/**
 * Body of the feed's entries about an instance (`vm.…`). `changed` is what the write changed, the state being the one shown; what else
 * the row holds changed when it is empty. That an instance is shown as `offline` is told by no entry, since no row changes then.
 */
export const VmChangeBody = z.object({ owner: AccountId, changed: z.array(VmSubResource).default([...VmSubResource.options]) });
export type VmChangeBody = z.infer<typeof VmChangeBody>;
