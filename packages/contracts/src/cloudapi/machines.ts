import { z } from 'zod';
import { jobHeader } from './jobs';
import { MachineObject, MachineParams, goneReply } from './machine';
import { route } from './route';
import { AccountParams, NoInput, WireBoolean, WireInteger, WireUuid } from './wire-values';

/** Headers of an accepted change. */
const jobHeaders = { [jobHeader]: 'The job that does it, for GetMachineJob. Absent when nothing was left to do.' };

export const listMachines = route({
  name: 'ListMachines',
  method: 'GET',
  path: '/:account/machines',
  summary: "Lists the account's instances, oldest first.",
  description:
    'Without `state`, all that are neither destroyed nor failed. `tag.NAME=VALUE` keeps those with that tag (`*` for any value). ' +
    'Go on with `offset` until a page has fewer than `limit`. HEAD answers the headers alone.',
  params: AccountParams,
  input: z.looseObject({
    name: z.string().optional(),
    state: z
      .enum(['running', 'stopped', 'unknown', 'destroyed', 'deleted', 'failed', 'offline', 'ready', 'provisioning', 'stopping', 'active'])
      .optional(),
    type: z.enum(['smartmachine', 'virtualmachine']).optional(),
    brand: z.string().optional(),
    image: WireUuid.optional(),
    dataset: WireUuid.optional().describe('Another name of image.'),
    memory: WireInteger.optional().describe('MiB.'),
    docker: WireBoolean.optional(),
    tags: z.literal('*').optional().describe('Those with at least one tag.'),
    tombstone: z.union([z.string(), z.boolean(), z.number()]).optional().describe('Destroyed ones too.'),
    limit: WireInteger.optional().describe('1 to 1,000; 1,000 when absent.'),
    offset: WireInteger.optional(),
  }),
  reply: z.array(MachineObject),
  headers: { 'x-resource-count': 'Number of instances on this page.', 'x-query-limit': 'The limit in force.' },
  errors: ['InvalidArgument', 'ValidationFailed'],
});

const NetworkWant = z.union([
  WireUuid,
  z.looseObject({
    ipv4_uuid: WireUuid,
    ipv4_ips: z.array(z.ipv4()).min(1).max(1).optional(),
    ipv4_count: z.literal(1).optional(),
    primary: WireBoolean.optional(),
  }),
]);
const oneOrMore = z.union([WireUuid, z.array(WireUuid)]);

export const createMachine = route({
  name: 'CreateMachine',
  method: 'POST',
  path: '/:account/machines',
  summary: 'Makes an instance.',
  description:
    'Answers at once, with state `provisioning`; ask for the instance until it is `running` or `failed`. Metadata and tags come as ' +
    '`metadata.KEY` and `tag.KEY`, or nested in `metadata` and `tags`. With an `Idempotency-Key` header a repeated request makes nothing new.',
  params: AccountParams,
  input: z.looseObject({
    image: WireUuid.optional(),
    dataset: WireUuid.optional().describe('Another name of image.'),
    package: z.string().describe('Id or name.'),
    name: z.string().optional().describe('Every `{{shortId}}` becomes the first 8 digits of the id.'),
    networks: z.array(NetworkWant).max(32).optional(),
    default_networks: z.array(z.enum(['external', 'internal'])).optional(),
    locality: z.looseObject({ strict: WireBoolean.optional(), near: oneOrMore.optional(), far: oneOrMore.optional() }).optional(),
    affinity: z.union([z.string(), z.array(z.string())]).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    tags: z.record(z.string(), z.unknown()).optional(),
    brand: z.string().optional(),
    firewall_enabled: WireBoolean.optional(),
    deletion_protection: WireBoolean.optional(),
    delegate_dataset: WireBoolean.optional(),
    delegated_dataset: WireBoolean.optional(),
    encrypted: WireBoolean.optional(),
    allow_shared_images: WireBoolean.optional(),
    volumes: z.array(z.unknown()).optional(),
    disks: z.array(z.unknown()).optional(),
    password: z.string().optional(),
    administrator_pw: z.string().optional(),
  }),
  reply: MachineObject,
  status: 201,
  headers: { Location: 'Path of the instance.', ...jobHeaders },
  errors: [
    'InvalidArgument',
    'MissingParameter',
    'ValidationFailed',
    'KeyRequired',
    'QuotaExceeded',
    'IdempotencyMismatch',
    'InvalidContent',
  ],
});

export const getMachine = route({
  name: 'GetMachine',
  method: 'GET',
  path: '/:account/machines/:id',
  summary: 'Shows one instance.',
  params: MachineParams,
  input: NoInput,
  reply: MachineObject,
  otherReplies: [goneReply],
});

export const machineActions = [
  'start',
  'stop',
  'reboot',
  'rename',
  'resize',
  'enable_firewall',
  'disable_firewall',
  'enable_deletion_protection',
  'disable_deletion_protection',
] as const;

export const updateMachine = route({
  name: 'UpdateMachine',
  method: 'POST',
  path: '/:account/machines/:id',
  summary: 'Starts, stops, reboots, renames or resizes an instance, or turns its firewall or deletion protection on or off.',
  description:
    'Answers when the change is accepted. In the state asked for already: accepted, and nothing happens. `resize` gives a running or stopped zone the sizes of ' +
    'another package where it stands, without a restart; `package` and sizes are the new ones when the job has succeeded. A job that fails leaves it as it was.',
  params: MachineParams,
  input: z.object({
    action: z.enum(machineActions),
    name: z.string().optional().describe('For `rename`.'),
    package: z.string().optional().describe('For `resize`: id or name.'),
  }),
  status: 202,
  headers: jobHeaders,
  otherReplies: [goneReply],
  errors: ['InvalidArgument', 'MissingParameter', 'ValidationFailed', 'QuotaExceeded', 'UnallocatedVM', 'Conflict', 'IdempotencyMismatch'],
});

export const deleteMachine = route({
  name: 'DeleteMachine',
  method: 'DELETE',
  path: '/:account/machines/:id',
  summary: 'Destroys an instance and its data.',
  description: 'Answers when accepted; afterwards the instance is answered with 410 for seven days.',
  params: MachineParams,
  input: NoInput,
  status: 204,
  headers: jobHeaders,
  otherReplies: [goneReply],
  errors: ['CannotDestroyMachine', 'Conflict'],
});

export const machineAudit = route({
  name: 'MachineAudit',
  method: 'GET',
  path: '/:account/machines/:id/audit',
  summary: 'Lists what was done to an instance, newest first.',
  params: MachineParams,
  input: NoInput,
  reply: z.array(
    z.object({
      id: z.string(),
      success: z.enum(['yes', 'no']),
      time: z.iso.datetime(),
      action: z.string(),
      caller: z.object({ type: z.string(), ip: z.string().optional(), keyId: z.string().optional() }),
    }),
  ),
});
