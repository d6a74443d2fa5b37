import { z } from 'zod';
import { Brand } from '../brands';
import { AccountId, ImageId } from '../ids';
import { ImageManifest, ImageOs, ImageState, ImageType } from '../imgapi/images';
import { Instant, Size } from '../units';
import { route } from './route';
import { ImageParams, flag } from './wire-values';

/** Source: IMGAPI manifest v=2, `requirements`; memory in MiB. */
export const ImageRequirements = z.strictObject({
  min_ram: Size.optional(),
  max_ram: Size.optional(),
  brand: Brand.optional(),
  bootrom: z.enum(['bios', 'uefi']).optional(),
  ssh_key: z.boolean().optional(),
  password: z.boolean().optional(),
});

const manifest = {
  name: ImageManifest.shape.name,
  version: ImageManifest.shape.version,
  description: z.string().optional(),
  homepage: z.string().optional(),
  eula: z.string().optional(),
  os: ImageOs,
  type: ImageType,
  origin: ImageId.optional(),
  image_size: Size.optional().describe('MiB; virtual machines only.'),
};

/** An image. Source: IMGAPI manifest v=2. */
export const ImageObject = z.object({
  v: z.literal(2),
  uuid: ImageId,
  owner: AccountId,
  ...manifest,
  public: z.boolean(),
  acl: z.array(AccountId),
  state: ImageState,
  disabled: z.boolean(),
  requirements: ImageRequirements,
  tags: z.record(z.string(), z.string()),
  files: z.array(z.object({ sha1: z.string(), sha256: z.string(), size: Size, compression: z.enum(['none', 'gzip']) })),
  published_at: Instant.optional(),
  created_at: Instant,
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  row_version: z.number().int(),
});
export type ImageObject = z.infer<typeof ImageObject>;

export const listImages = route({
  name: 'ListImages',
  method: 'GET',
  path: '/imgapi/images',
  summary: 'Lists images, newest first.',
  query: z.strictObject({
    account: AccountId.optional().describe('As that account sees it.'),
    state: z
      .union([ImageState, z.literal('all')])
      .optional()
      .describe('`active` when absent.'),
    name: z.string().optional(),
    version: z.string().optional(),
    os: ImageOs.optional(),
    type: ImageType.optional(),
    owner: AccountId.optional(),
    public: flag.optional(),
  }),
  reply: z.array(ImageObject),
});

export const getImage = route({
  name: 'GetImage',
  method: 'GET',
  path: '/imgapi/images/:uuid',
  summary: 'Shows one image.',
  params: ImageParams,
  reply: ImageObject,
  etag: 'shows',
  errors: ['ResourceNotFound'],
});

export const createImage = route({
  name: 'CreateImage',
  method: 'POST',
  path: '/imgapi/images',
  summary: 'Makes an image in state `unactivated`; then upload its file and activate it.',
  body: z.strictObject({
    uuid: ImageId.optional(),
    owner: AccountId,
    ...manifest,
    homepage: z.url().max(128).optional(),
    eula: z.url().max(128).optional(),
    description: z.string().max(512).optional(),
    public: z.boolean().optional(),
    acl: z.array(AccountId).optional(),
    requirements: ImageRequirements.optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  reply: ImageObject,
  status: 201,
  errors: ['InUse'],
});

export const createImageUpload = route({
  name: 'CreateImageUpload',
  method: 'POST',
  path: '/imgapi/images/:uuid/upload',
  summary: "Answers a URL to which the image's file may be PUT once; its digest is checked there before it counts.",
  params: ImageParams,
  body: z.strictObject({
    compression: z.enum(['none', 'gzip']),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    size: Size,
  }),
  reply: z.object({ url: z.string(), expires_at: Instant }),
  status: 201,
  errors: ['ResourceNotFound', 'Conflict'],
});

/** Source: IMGAPI, AddImageFile; SHA-256 here in place of SHA-1. */
export const putImageFile = route({
  name: 'PutImageFile',
  method: 'PUT',
  path: '/imgapi/images/:uuid/file',
  summary: "Takes an image's file and hands it to the file door as it comes; it counts only when it has the digest that was announced.",
  description: 'For pages, which reach no other door. `Content-Length` must say its size. Others take CreateImageUpload.',
  params: ImageParams,
  query: z.strictObject({
    compression: z.enum(['none', 'gzip']),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
  }),
  takesBytes: true,
  reply: ImageObject,
  errors: ['ResourceNotFound', 'Conflict', 'InvalidContent'],
});

export const activateImage = route({
  name: 'ActivateImage',
  method: 'POST',
  path: '/imgapi/images/:uuid',
  summary: 'Makes an image usable.',
  params: ImageParams,
  body: z.strictObject({ action: z.literal('activate') }),
  reply: ImageObject,
  errors: ['ResourceNotFound', 'Conflict'],
});

export const deleteImage = route({
  name: 'DeleteImage',
  method: 'DELETE',
  path: '/imgapi/images/:uuid',
  summary: 'Deletes an image and its file.',
  params: ImageParams,
  errors: ['ResourceNotFound', 'InUse'],
});
