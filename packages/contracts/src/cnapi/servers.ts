import { z } from 'zod';
import { Capability, NodeFacts } from '../agent/reports';
import { Brand } from '../brands';
import { ImageId, ServerId } from '../ids';
import { hint, rpc } from '../rpc';
import { Instant, PageRequest, Size, pageOf } from '../units';

/** `new`: enrolled, not heard of yet. `suspect`: silent for 5.5 s, nothing is placed there. `down`: silent for 30 s. */
export const ServerState = z.enum(['new', 'up', 'suspect', 'down']);
export type ServerState = z.infer<typeof ServerState>;

export const Server = z.object({
  id: ServerId,
  hostname: z.string(),
  driver: z.enum(['linux', 'smartos', 'simulated']),
  state: ServerState,
  /** Set by an operator: nothing new is placed there. */
  reserved: z.boolean(),
  traits: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])).default({}),
  capacity: z.object({ cpus: z.number().int(), memoryMiB: Size, diskGiB: Size }).optional(),
  /** What may be promised to instances: capacity × ratio, less what the server keeps for itself. */
  sellable: z.object({ cpuPercent: Size, memoryMiB: Size, diskGiB: Size }),
  reservedFor: z.object({ cpuPercent: Size, memoryMiB: Size, diskGiB: Size, instances: z.number().int() }),
  brands: z.array(Brand),
  nicTags: z.array(z.string()),
  images: z.array(ImageId),
  capabilities: z.record(z.string(), Capability),
  agentVersion: z.string().optional(),
  platform: z.string().optional(),
  address: z.string().optional(),
  bootedAt: Instant.optional(),
  lastSeenAt: Instant.optional(),
  createdAt: Instant,
  version: z.number().int(),
});
export type Server = z.infer<typeof Server>;

/** One server. @throws ResourceNotFound */
export const getServer = rpc({ subject: 'cnapi.v1.servers.get', request: z.object({ id: ServerId }), reply: Server, timeoutMs: 3_000 });

/** Servers by hostname and id. */
export const listServers = rpc({
  subject: 'cnapi.v1.servers.list',
  request: z.object({ ...PageRequest, state: ServerState.optional(), driver: NodeFacts.shape.driver.optional() }),
  reply: pageOf(Server),
  timeoutMs: 5_000,
});

/**
 * How many servers there are in each state, what those that are `up` may promise and have promised, and the first 50 of them that have no more than
 * a twentieth of their memory left to promise. Operators only.
 */
export const summariseServers = rpc({
  subject: 'cnapi.v1.servers.summary',
  request: z.object({}),
  reply: z.object({
    counts: z.partialRecord(ServerState, z.number().int()),
    sellable: z.object({ cpuPercent: Size, memoryMiB: Size, diskGiB: Size }),
    reserved: z.object({ cpuPercent: Size, memoryMiB: Size, diskGiB: Size }),
    full: z.array(z.object({ id: ServerId, hostname: z.string() })),
  }),
  timeoutMs: 5_000,
});

/** Changes what an operator decides about a server. @throws ResourceNotFound @throws PreconditionFailed it has another version than `ifVersion` */
export const updateServer = rpc({
  subject: 'cnapi.v1.servers.update',
  request: z.object({
    id: ServerId,
    reserved: z.boolean().optional(),
    traits: Server.shape.traits.optional(),
    ifVersion: z.number().int().optional(),
  }),
  reply: Server,
  timeoutMs: 5_000,
});

/** Makes a one-time enrolment token that lasts `validForMs`. Operators and seeding only. `server` asks for a certain id. */
export const createEnrolmentToken = rpc({
  subject: 'cnapi.v1.enrolment.create-token',
  request: z.object({
    validForMs: z
      .number()
      .int()
      .min(1_000)
      .max(7 * 86_400_000)
      .default(3_600_000),
    server: ServerId.optional(),
  }),
  reply: z.object({ token: z.string(), expiresAt: Instant }),
  timeoutMs: 5_000,
});

/**
 * Turns a token into a server with bus credentials. The same token with the same key answers the same server.
 * @throws InvalidCredentials the token is unknown, expired, or was used with another key
 */
export const enrolServer = rpc({
  subject: 'cnapi.v1.enrolment.enrol',
  request: z.object({ token: z.string(), publicKey: z.string(), hostname: z.string(), driver: NodeFacts.shape.driver }),
  reply: z.object({ server: ServerId, userJwt: z.string(), busServers: z.array(z.string()) }),
  timeoutMs: 5_000,
});

/** Revokes a server's bus credentials: that node alone is dropped and stays out, also after a restart of the bus. Safe to repeat. */
export const revokeServer = rpc({
  subject: 'cnapi.v1.enrolment.revoke',
  request: z.object({ server: ServerId }),
  reply: z.object({ revoked: z.boolean() }),
  timeoutMs: 10_000,
});

/** A server's row changed. */
export const serverHint = hint('cnapi', 'servers', z.object({ server: ServerId, state: ServerState }));
