import { z } from 'zod';
import { Brand } from '../brands';
import { AccountId, NetworkId, PackageId } from '../ids';
import { hint, rpc } from '../rpc';
import { CpuPercent, Instant, Size } from '../units';

/**
 * A size plan. What makes up the size never changes once made; name the next version instead.
 * Source: PAPI, package object (its `max_physical_memory` is memoryMiB, `fss` cpuShares, `max_lwps` maxProcesses).
 */
export const Package = z.object({
  id: PackageId,
  name: z.string().regex(/^[a-zA-Z0-9]([a-zA-Z0-9]|[_.-](?=[a-zA-Z0-9]))+$/, 'must begin and end with a letter or digit'),
  version: z.string().min(1).max(64),
  description: z.string().max(512).optional(),
  group: z.string().max(64).optional(),
  /** May be used for new instances. */
  active: z.boolean(),
  /** Accounts that may see and use it; empty: all. */
  owners: z.array(AccountId),
  brand: Brand.optional(),
  memoryMiB: Size.min(16),
  /** Memory and swap together. */
  swapMiB: Size.min(16),
  quotaGiB: Size.min(1),
  /** 0: no cap. */
  cpuCapPercent: CpuPercent,
  cpuShares: z.number().int().min(1).max(65535),
  vcpus: z.number().int().min(1).max(64).optional(),
  maxProcesses: z.number().int().min(16),
  ioPriority: z.number().int().min(0).max(16383),
  networks: z.array(NetworkId).default([]),
  isDefault: z.boolean().default(false),
  createdAt: Instant,
  updatedAt: Instant,
  rowVersion: z.number().int(),
});
export type Package = z.infer<typeof Package>;

/** Makes a package. The same id with the same content again answers the one that is there. @throws InUse */
export const createPackage = rpc({
  subject: 'vmapi.v1.packages.create',
  request: Package.omit({ createdAt: true, updatedAt: true, rowVersion: true })
    .partial({ id: true, active: true, owners: true, networks: true, isDefault: true })
    .extend({ cpuShares: Package.shape.cpuShares.optional(), ioPriority: Package.shape.ioPriority.default(100) }),
  reply: Package,
  timeoutMs: 5_000,
});

/** One package, by id, or by name (the newest active of that name). `account`: as that account sees it. @throws ResourceNotFound */
export const getPackage = rpc({
  subject: 'vmapi.v1.packages.get',
  request: z.object({ idOrName: z.string(), account: AccountId.optional() }),
  reply: Package,
  timeoutMs: 3_000,
});

/** Packages by name and memory. With `account` only those it may see. */
export const listPackages = rpc({
  subject: 'vmapi.v1.packages.list',
  request: z.object({
    account: AccountId.optional(),
    ids: z.array(PackageId).max(1000).optional(),
    name: z.string().optional(),
    includeInactive: z.boolean().default(false),
  }),
  reply: z.object({ packages: z.array(Package) }),
  timeoutMs: 3_000,
});

/** How many packages there are that can be used. Operators only. */
export const countPackages = rpc({
  subject: 'vmapi.v1.packages.count',
  request: z.object({}),
  reply: z.object({ active: z.number().int() }),
  timeoutMs: 3_000,
});

/** A package changed; caches drop it. */
export const packageHint = hint('vmapi', 'packages', z.object({ package: PackageId }));
