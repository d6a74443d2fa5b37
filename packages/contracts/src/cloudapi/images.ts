import { z } from 'zod';
import { route } from './route';
import { AccountParams, NoInput, WireBoolean, WireDate, WireId, WireUuid } from './wire-values';

export const ImageObject = z.object({
  id: WireId,
  name: z.string(),
  version: z.string(),
  os: z.string(),
  type: z.string().describe('From version 8 on as it is; below, `virtualmachine` or `smartmachine`.'),
  requirements: z.record(z.string(), z.unknown()),
  description: z.string().optional(),
  homepage: z.string().optional(),
  eula: z.string().optional(),
  image_size: z.number().int().optional().describe('MiB; virtual machines only.'),
  files: z.array(z.object({ compression: z.string(), sha1: z.string(), size: z.number().int().describe('Bytes.') })).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  published_at: WireDate.optional(),
  owner: WireId.optional(),
  public: z.boolean().optional(),
  state: z.string().optional(),
  acl: z.array(WireId).optional(),
  origin: WireId.optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type ImageObject = z.infer<typeof ImageObject>;

export const listImages = route({
  name: 'ListImages',
  method: 'GET',
  path: '/:account/images',
  summary: 'Lists the images that the account may use: public ones, its own, and those shared with it.',
  params: AccountParams,
  input: z.object({
    name: z.string().optional().describe('Exact, or `~text` for a part of it.'),
    version: z.string().optional(),
    os: z.string().optional(),
    type: z.string().optional(),
    owner: WireUuid.optional(),
    public: WireBoolean.optional(),
    state: z.enum(['active', 'unactivated', 'disabled', 'creating', 'failed', 'all']).optional(),
  }),
  reply: z.array(ImageObject),
  errors: ['InvalidArgument'],
});

export const getImage = route({
  name: 'GetImage',
  method: 'GET',
  path: '/:account/images/:id',
  summary: 'Shows one image.',
  params: AccountParams.extend({ id: z.string() }),
  input: NoInput,
  reply: ImageObject,
});
