import { z } from 'zod';
import { Brand } from '../brands';
import { AccountId, ImageId, Mac, NetworkId, VmId } from '../ids';
import { CpuPercent, Size } from '../units';

/** One network interface as the node is to make it. Slots count from 0; slot 0 is `net0` in the guest. */
export const NicSpec = z.object({
  slot: z.number().int().min(0).max(31),
  mac: Mac,
  network: NetworkId,
  nicTag: z.string(),
  vlanId: z.number().int().min(0).max(4094).default(0),
  ip: z.ipv4(),
  prefixLength: z.number().int().min(8).max(32),
  gateway: z.ipv4().optional(),
  resolvers: z.array(z.ipv4()).default([]),
  primary: z.boolean(),
  mtu: z.number().int().min(576).max(9000).default(1500),
  allowMacSpoofing: z.boolean().default(false),
  allowIpSpoofing: z.boolean().default(false),
});
export type NicSpec = z.infer<typeof NicSpec>;

/** Name of a NIC inside the guest. */
export function nicName(slot: number): string {
  return `net${slot}`;
}

export const InstanceLimits = z.object({
  /** Hard limit; undefined: none. */
  cpuCapPercent: CpuPercent.min(1).optional(),
  /** Weight against neighbours when the server is busy; 100 is ordinary. */
  cpuShares: z.number().int().min(1).max(65535),
  memoryMiB: Size.min(16),
  /** Memory and swap together, as SmartOS's max_swap; at least `memoryMiB`. */
  swapMiB: Size.min(16),
  /** Processes and threads together. */
  maxProcesses: z.number().int().min(16),
  /** Relative share of disk I/O; degraded where the server cannot. */
  ioPriority: z.number().int().min(0).max(16383).default(100),
});
export type InstanceLimits = z.infer<typeof InstanceLimits>;

/** The image an instance is cloned from. The node asks for the file (`image.fetch`) only when it lacks the image. */
export const ImageRef = z.object({ id: ImageId, name: z.string(), version: z.string(), os: z.string(), type: z.string() });
export type ImageRef = z.infer<typeof ImageRef>;

/**
 * Everything that a node must know of one instance: the whole wanted state, never a difference. A driver makes it so, whatever is
 * there already. Holds customers' metadata: never logged.
 */
export const InstanceSpec = z.object({
  id: VmId,
  owner: AccountId,
  alias: z.string(),
  hostname: z.string(),
  dnsDomain: z.string().optional(),
  brand: Brand,
  image: ImageRef,
  /** Space for the root dataset and what hangs below it. */
  quotaGiB: Size.min(1),
  limits: InstanceLimits,
  nics: z.array(NicSpec).max(32),
  resolvers: z.array(z.ipv4()).default([]),
  /** The guest may read, set and delete these. */
  customerMetadata: z.record(z.string(), z.string()),
  /** `*_pw`, `operator-script` and namespaced keys: the guest may only read them. */
  internalMetadata: z.record(z.string(), z.string()).default({}),
  tags: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  datacenter: z.string(),
  packageName: z.string().optional(),
  createdAt: z.iso.datetime().optional(),
});
export type InstanceSpec = z.infer<typeof InstanceSpec>;
