import { z } from 'zod';
import { Brand } from '../brands';
import { AccountId, NetworkId, PackageId } from '../ids';
import { Instant, Size } from '../units';
import { Package } from '../vmapi/packages';
import { route } from './route';
import { PackageParams, flag } from './wire-values';

const sizes = {
  name: Package.shape.name,
  version: z.string().min(1).max(64),
  description: z.string().max(512).optional(),
  group: z.string().max(64).optional(),
  brand: Brand.optional(),
  max_physical_memory: Size.min(16).describe('MiB.'),
  max_swap: Size.min(16).describe('MiB, memory included.'),
  quota: Size.min(1024).describe('MiB, a multiple of 1,024.'),
  cpu_cap: Size.describe('Percent of one core; 0: no cap.'),
  vcpus: z.number().int().min(1).max(64).optional(),
  max_lwps: z.number().int().min(16),
};

/** A size plan. Source: PAPI, package object. */
export const PackageObject = z.object({
  uuid: PackageId,
  ...sizes,
  active: z.boolean(),
  /** Accounts that may see and use it; empty: all. */
  owner_uuids: z.array(AccountId),
  fss: z.number().int(),
  zfs_io_priority: z.number().int(),
  networks: z.array(NetworkId),
  default: z.boolean(),
  created_at: Instant,
  updated_at: Instant,
  row_version: z.number().int(),
});
export type PackageObject = z.infer<typeof PackageObject>;

export const listPackages = route({
  name: 'ListPackages',
  method: 'GET',
  path: '/papi/packages',
  summary: 'Lists packages by name and memory.',
  query: z.strictObject({
    name: z.string().optional(),
    owner_uuids: AccountId.optional().describe('As that account sees it.'),
    include_inactive: flag.optional(),
  }),
  reply: z.array(PackageObject),
});

export const getPackage = route({
  name: 'GetPackage',
  method: 'GET',
  path: '/papi/packages/:uuid',
  summary: 'Shows one package.',
  params: PackageParams,
  reply: PackageObject,
  etag: 'shows',
  errors: ['ResourceNotFound'],
});

export const createPackage = route({
  name: 'CreatePackage',
  method: 'POST',
  path: '/papi/packages',
  summary: 'Makes a package. What makes up its size never changes; name the next version instead.',
  body: z.strictObject({
    uuid: PackageId.optional(),
    ...sizes,
    quota: sizes.quota.multipleOf(1024),
    active: z.boolean().optional(),
    owner_uuids: z.array(AccountId).optional(),
    fss: z.number().int().min(1).max(65_535).optional(),
    zfs_io_priority: z.number().int().min(0).max(16_383).optional(),
    networks: z.array(NetworkId).optional(),
    default: z.boolean().optional(),
  }),
  reply: PackageObject,
  status: 201,
  errors: ['InUse'],
});
