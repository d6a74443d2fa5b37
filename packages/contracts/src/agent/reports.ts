import { z } from 'zod';
import { Brand } from '../brands';
import { ImageId, VmId } from '../ids';
import { nodeReport, nodeRpc } from '../rpc';
import { Size } from '../units';
import { InstanceSeen } from './instance-seen';

/**
 * "I live", every 2 s, at most 64 bytes. `b` is the boot (how often this agent has started), `q` the newest report's seq, `u` how many
 * task outcomes wait for their acknowledgement.
 */
export const beat = nodeReport({ what: 'beat', body: z.object({ b: z.number().int(), q: z.number().int(), u: z.number().int() }) });

/** Whether a server can do something, and why not. */
export const Capability = z.object({ can: z.boolean(), reason: z.string().optional() });
export type Capability = z.infer<typeof Capability>;

/** What a server is and can do; said at each start and when it changes. */
export const NodeFacts = z.object({
  boot: z.number().int().positive(),
  hostname: z.string(),
  driver: z.enum(['linux', 'smartos', 'simulated']),
  agentVersion: z.string(),
  platform: z.string(),
  bootedAt: z.iso.datetime(),
  capacity: z.object({ cpus: z.number().int().min(1), memoryMiB: Size, diskGiB: Size }),
  brands: z.array(Brand),
  nicTags: z.array(z.string()),
  capabilities: z.record(z.string(), Capability),
  /** Images present, so that placement may prefer a server that has one. */
  images: z.array(ImageId),
  /** Identity of the pool that instances live on; absence is believed only from the same pool. */
  poolId: z.string(),
  /** Where the instances' bridge is reachable from the server's own host; for people, not for programs. */
  address: z.string().optional(),
});
export type NodeFacts = z.infer<typeof NodeFacts>;

export const facts = nodeReport({ what: 'facts', body: NodeFacts, reply: z.object({ recorded: z.literal(true) }) });

/**
 * What the node sees. `complete: true` lists everything there is: an instance placed there and missing from it is absent, provided
 * `poolId` is the pool's own. Otherwise it is the change of the instances listed. Accepted per instance iff (`boot`, `seq`) is higher.
 */
export const instancesSeen = nodeReport({
  what: 'instances.seen',
  body: z.object({
    boot: z.number().int().positive(),
    seq: z.number().int().positive(),
    complete: z.boolean(),
    poolId: z.string(),
    instances: z.array(InstanceSeen),
  }),
});

/** Every 30 s: lets the other side see that it missed a report; it then asks for {@link snapshotWanted}. */
export const reportDigest = nodeReport({
  what: 'reports.digest',
  body: z.object({ boot: z.number().int().positive(), lastSeq: z.number().int(), count: z.number().int() }),
});

/** Asks an agent for a complete `instances.seen`. */
export const snapshotWanted = nodeRpc({
  verb: 'snapshot',
  request: z.object({}),
  reply: z.object({ seq: z.number().int() }),
  timeoutMs: 5_000,
});

/** Where to get an image's file: a URL of the file door that works once and soon expires. Answered by imgapi. */
export const imageFetch = nodeReport({
  what: 'image.fetch',
  body: z.object({ image: ImageId }),
  reply: z.object({
    url: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    sizeBytes: Size,
    compression: z.enum(['none', 'gzip']),
  }),
});

/** The guest changed its own customer metadata. Answered by vmapi once the wanted half holds it. */
export const guestMetadataChanged = nodeReport({
  what: 'guest.metadata',
  body: z.object({ vm: VmId, set: z.record(z.string(), z.string()), remove: z.array(z.string()) }),
  reply: z.object({ recorded: z.literal(true) }),
});
