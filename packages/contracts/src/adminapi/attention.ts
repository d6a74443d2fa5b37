import { z } from 'zod';
import { ServerState } from '../cnapi/servers';
import { Instant, Size } from '../units';
import { JobState } from '../vmapi/jobs';
import { VmState } from '../vmapi/vm-state';
import { route } from './route';

/** Something that an operator should look at. */
export const AttentionItem = z.object({
  /** `server-down`, `server-suspect`, `server-full`, `job-stuck`, `job-failed`, `vm-failed`, `vm-unknown`, `network-full`, `image-failed`. */
  kind: z.enum([
    'server-down',
    'server-suspect',
    'server-full',
    'job-stuck',
    'job-failed',
    'vm-failed',
    'vm-unknown',
    'network-full',
    'image-failed',
  ]),
  severity: z.enum(['critical', 'warning']),
  resource: z.enum(['server', 'job', 'vm', 'network', 'image']),
  uuid: z.string(),
  /** Hostname, alias or name. */
  name: z.string(),
  /** What is the matter, as a sentence. */
  message: z.string(),
  since: Instant.optional(),
});
export type AttentionItem = z.infer<typeof AttentionItem>;

export const getAttention = route({
  name: 'GetAttention',
  method: 'GET',
  path: '/attention',
  summary: 'Shows what needs an operator, worst first, and how much of everything there is.',
  reply: z.object({
    /** At most 200; failed jobs are those of the last 24 h. */
    items: z.array(AttentionItem),
    counts: z.object({
      vms: z.partialRecord(VmState, z.number().int()),
      servers: z.partialRecord(ServerState, z.number().int()),
      /** Unfinished ones, and those finished in the last 24 h. */
      jobs: z.partialRecord(JobState, z.number().int()),
      images: z.number().int(),
      networks: z.number().int(),
      packages: z.number().int(),
    }),
    /** Sums over servers that are `up`. */
    capacity: z.object({
      sellable: z.object({ cpu_percent: Size, memory_mib: Size, disk_gib: Size }),
      reserved: z.object({ cpu_percent: Size, memory_mib: Size, disk_gib: Size }),
    }),
  }),
});
