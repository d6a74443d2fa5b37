import { z } from 'zod';
import { route } from './route';
import { AccountParams, NoInput, WireBoolean, WireId, WireInteger } from './wire-values';

export const PackageObject = z.object({
  id: WireId,
  name: z.string(),
  version: z.string(),
  group: z.string().optional(),
  description: z.string().optional(),
  memory: z.number().int().describe('MiB.'),
  disk: z.number().int().describe('MiB.'),
  swap: z.number().int().describe('MiB, memory included.'),
  lwps: z.number().int().describe('Greatest number of processes and threads.'),
  vcpus: z.number().int().describe('0 when not limited to whole CPUs.'),
  default: z.boolean(),
  brand: z.string().optional(),
});
export type PackageObject = z.infer<typeof PackageObject>;

export const listPackages = route({
  name: 'ListPackages',
  method: 'GET',
  path: '/:account/packages',
  summary: 'Lists the packages that the account may use.',
  description: 'Text filters may hold `*`; numbers match exactly.',
  params: AccountParams,
  input: z.object({
    name: z.string().optional(),
    memory: WireInteger.optional(),
    disk: WireInteger.optional(),
    swap: WireInteger.optional(),
    lwps: WireInteger.optional(),
    version: z.string().optional(),
    vcpus: WireInteger.optional(),
    group: z.string().optional(),
    flexible_disk: WireBoolean.optional(),
    brand: z.string().optional(),
  }),
  reply: z.array(PackageObject),
  errors: ['InvalidArgument'],
});

export const getPackage = route({
  name: 'GetPackage',
  method: 'GET',
  path: '/:account/packages/:package',
  summary: 'Shows one package, by id or by name (the newest of that name).',
  params: AccountParams.extend({ package: z.string() }),
  input: NoInput,
  reply: PackageObject,
});
