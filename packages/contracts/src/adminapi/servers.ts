import { z } from 'zod';
import { Capability } from '../agent/reports';
import { Brand } from '../brands';
import { Server, ServerState } from '../cnapi/servers';
import { ImageId, ServerId } from '../ids';
import { Instant, Size } from '../units';
import { route } from './route';
import { Page, ServerParams, pageHeaders } from './wire-values';

const Amounts = z.object({ cpu_percent: Size, memory_mib: Size, disk_gib: Size });

/** A server. Source: CNAPI, server object; `ram` in MiB. `state` is ours, `status` the published word for it. */
export const ServerObject = z.object({
  uuid: ServerId,
  hostname: z.string(),
  status: z.enum(['running', 'unknown']),
  state: ServerState,
  driver: z.enum(['linux', 'smartos', 'simulated']),
  /** Nothing new is placed there. */
  reserved: z.boolean(),
  traits: Server.shape.traits,
  ram: Size.optional(),
  cpus: Size.optional(),
  disk_gib: Size.optional(),
  /** What may be promised to instances in all. */
  sellable: Amounts,
  /** What is promised. */
  reserved_for: Amounts.extend({ instances: z.number().int() }),
  brands: z.array(Brand),
  nic_tags: z.array(z.string()),
  images: z.array(ImageId),
  /** What it can do, with the reason for each no. */
  capabilities: z.record(z.string(), Capability),
  agent_version: z.string().optional(),
  current_platform: z.string().optional(),
  address: z.string().optional(),
  last_boot: Instant.optional(),
  /** Of when the row was written; while `state` is `up`, it was heard of within the last seconds. */
  last_heartbeat: Instant.optional(),
  created: Instant,
  version: z.number().int(),
});
export type ServerObject = z.infer<typeof ServerObject>;

export const listServers = route({
  name: 'ListServers',
  method: 'GET',
  path: '/cnapi/servers',
  summary: 'Lists servers by hostname.',
  query: z.strictObject({ ...Page, state: ServerState.optional(), driver: ServerObject.shape.driver.optional() }),
  reply: z.array(ServerObject),
  headers: pageHeaders,
});

export const getServer = route({
  name: 'GetServer',
  method: 'GET',
  path: '/cnapi/servers/:uuid',
  summary: 'Shows one server.',
  params: ServerParams,
  reply: ServerObject,
  etag: 'shows',
  errors: ['ResourceNotFound'],
});

export const updateServer = route({
  name: 'UpdateServer',
  method: 'POST',
  path: '/cnapi/servers/:uuid',
  summary: 'Changes what an operator decides about a server.',
  params: ServerParams,
  body: z.strictObject({ reserved: z.boolean().optional(), traits: Server.shape.traits.unwrap().optional() }),
  reply: ServerObject,
  etag: 'checks',
  errors: ['ResourceNotFound', 'PreconditionFailed'],
});

export const createEnrolmentToken = route({
  name: 'CreateEnrolmentToken',
  method: 'POST',
  path: '/cnapi/enrolment_tokens',
  summary: 'Makes a one-time token by which a server becomes part of the cloud.',
  body: z.strictObject({ valid_for_seconds: z.number().int().min(60).max(604_800).optional().describe('3,600 when absent.') }),
  reply: z.object({ token: z.string(), expires_at: Instant }),
  status: 201,
});
