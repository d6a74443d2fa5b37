import { readFileSync } from 'node:fs';
import { Brand } from '@nereid/contracts';
import { parse } from 'yaml';
import { z } from 'zod';

const Simulated = z.strictObject({
  /** How many servers this process is. */
  servers: z.number().int().min(1).default(1),
  hostnamePrefix: z.string().default('sim'),
  /** 0: nothing takes time; 1: what it takes on real servers. */
  latencyScale: z.number().min(0).default(1),
  /** Instances outlive the process, in the state directory. */
  keepState: z.boolean().default(true),
  /** Every image counts as present: for benches whose subject is not the image. */
  allImagesPresent: z.boolean().default(false),
  brands: z.array(Brand).default(['lx', 'joyent', 'joyent-minimal', 'bhyve']),
  nicTags: z.array(z.string()).default(['admin', 'external', 'internal']),
  capacity: z
    .strictObject({ cpuCores: z.number().int().min(1), memoryMiB: z.number().int().min(1), diskGiB: z.number().int().min(1) })
    .default({ cpuCores: 32, memoryMiB: 262_144, diskGiB: 4_096 }),
  /** UNIX socket on which tests make servers fail, one JSON object a line. */
  controlSocket: z.string().optional(),
});

/** A NIC tag by name alone is one whose networks live on this server, routed by it. */
const NicTag = z.union([
  z.string().transform((name) => ({ name, routed: true })),
  z.strictObject({ name: z.string(), uplink: z.string().optional(), routed: z.boolean().optional() }),
]);

const Linux = z.strictObject({
  /** Existing ZFS pool, and where its root dataset is mounted. */
  pool: z.string(),
  poolMountpoint: z.string(),
  /** For what does not outlive a restart of the server; on tmpfs. */
  runDir: z.string(),
  /** Parent of the instances' cgroups, from the root of each hierarchy. */
  cgroupParent: z.string().startsWith('/'),
  nicTags: z.array(NicTag).default([]),
  /** Our program for terminals of zones (`zone-terminal`). */
  terminalProgram: z.string(),
  /** Where the server's bridges answer, for people. */
  address: z.string().optional(),
  /** Kept back from what the server offers. */
  reserved: z.strictObject({ memoryMiB: z.number().int().min(0).default(0), diskGiB: z.number().int().min(0).default(0) }).prefault({}),
});

const Common = {
  /** As the server is called in the cloud; the system's own name unless told. */
  hostname: z.string().optional(),
  /** Identity, journal and simulated instances; made 0700. */
  stateDir: z.string(),
  enrolment: z.strictObject({
    /** Base of adminapi, https. */
    url: z.url(),
    /** One-time tokens, one a line; the nth server takes the nth. Read only while a server has no identity yet. */
    tokenFile: z.string(),
  }),
  /** Authority of the doors' certificates (enrolment, image files). */
  caFile: z.string().optional(),
  bus: z
    .strictObject({
      /** Instead of the addresses that enrolment answered. */
      servers: z.array(z.string()).optional(),
      caFile: z.string().optional(),
    })
    .default({}),
  tasks: z
    .strictObject({ parallel: z.number().int().min(1).default(8), replyWithinMs: z.number().int().min(1).default(1_500) })
    .prefault({}),
  /** Sessions at consoles and programs, those that wait for their client included. */
  console: z
    .strictObject({ sessionsMax: z.number().int().min(0).default(64), perInstanceMax: z.number().int().min(0).default(8) })
    .prefault({}),
  /** `fsync: false` only where a power cut takes the instances too. */
  journal: z.strictObject({ fsync: z.boolean().default(true) }).prefault({}),
  /** Figures of the server and its instances, for analytics; 0: none. */
  framesEveryMs: z.number().int().min(0).default(1_000),
  beatEveryMs: z.number().int().min(100).default(2_000),
  log: z.strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
};

/** Every setting of the agent. Unknown keys are refused. */
export const AgentConfig = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('simulated'), ...Common, simulated: Simulated.prefault({}) }),
  z.strictObject({ driver: z.literal('linux'), ...Common, linux: Linux }),
]);
export type AgentConfig = z.infer<typeof AgentConfig>;

/** @throws Error naming each setting that is wrong */
export function readConfig(file: string): AgentConfig {
  const parsed = AgentConfig.safeParse(parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${file}: ${parsed.error.issues.map((issue) => `${issue.path.join('.') || 'config'}: ${issue.message}`).join('; ')}`);
}
