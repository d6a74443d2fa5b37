import { z } from 'zod';
import { Brand } from '../brands';
import { AccountId, ImageId } from '../ids';
import { hint, rpc } from '../rpc';
import { Instant, Size } from '../units';

export const ImageState = z.enum(['unactivated', 'active', 'disabled', 'creating', 'failed']);
export type ImageState = z.infer<typeof ImageState>;

export const ImageType = z.enum(['zone-dataset', 'lx-dataset', 'zvol', 'docker', 'other']);
export const ImageOs = z.enum(['smartos', 'linux', 'windows', 'bsd', 'illumos', 'other']);

/** The file of an image: a tar of the root file system for zones, a raw disk for virtual machines. */
export const ImageFile = z.object({
  sha1: z.string().regex(/^[0-9a-f]{40}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: Size,
  compression: z.enum(['none', 'gzip']),
});
export type ImageFile = z.infer<typeof ImageFile>;

/** What the image's maker says of it. Source: IMGAPI manifest, v=2. */
export const ImageManifest = z.object({
  id: ImageId,
  owner: AccountId,
  name: z.string().regex(/^[a-zA-Z0-9._/ -]{1,512}$/),
  version: z.string().regex(/^[a-zA-Z0-9._/+-]{1,128}$/),
  description: z.string().max(512).optional(),
  homepage: z.url().max(128).optional(),
  eula: z.url().max(128).optional(),
  os: ImageOs,
  type: ImageType,
  public: z.boolean().default(false),
  acl: z.array(AccountId).default([]),
  origin: ImageId.optional(),
  requirements: z
    .strictObject({
      minMemoryMiB: Size.optional(),
      maxMemoryMiB: Size.optional(),
      brand: Brand.optional(),
      bootrom: z.enum(['bios', 'uefi']).optional(),
      sshKey: z.boolean().optional(),
      password: z.boolean().optional(),
    })
    .default({}),
  /** Size of the root disk; virtual machines only. */
  imageSizeMiB: Size.optional(),
  tags: z.record(z.string(), z.string()).default({}),
});
export type ImageManifest = z.infer<typeof ImageManifest>;

export const Image = ImageManifest.extend({
  state: ImageState,
  file: ImageFile.optional(),
  publishedAt: Instant.optional(),
  createdAt: Instant,
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** Version of the row; `version` is the maker's. */
  rowVersion: z.number().int(),
});
export type Image = z.infer<typeof Image>;

/** Makes an image in state `unactivated`. The same id with the same manifest again answers the image that is there. @throws InUse */
export const createImage = rpc({ subject: 'imgapi.v1.images.create', request: ImageManifest, reply: Image, timeoutMs: 5_000 });

/**
 * A URL of the file door to which an image's file may be PUT once, with its digest checked there before it counts. @throws Conflict it
 * has a file already
 */
export const createUpload = rpc({
  subject: 'imgapi.v1.images.create-upload',
  request: z.object({ id: ImageId, compression: z.enum(['none', 'gzip']), sha256: z.string(), sizeBytes: Size }),
  reply: z.object({ url: z.string(), expiresAt: Instant }),
  timeoutMs: 5_000,
});

/** Makes an image usable. @throws Conflict it has no file. Safe to repeat. */
export const activateImage = rpc({
  subject: 'imgapi.v1.images.activate',
  request: z.object({ id: ImageId }),
  reply: Image,
  timeoutMs: 5_000,
});

/** One image. `account`: as that account sees it. @throws ResourceNotFound absent, or not to be seen */
export const getImage = rpc({
  subject: 'imgapi.v1.images.get',
  request: z.object({ id: ImageId, account: AccountId.optional() }),
  reply: Image,
  timeoutMs: 3_000,
});

/** How many images there are, and the newest 50 of those that failed. Operators only. */
export const summariseImages = rpc({
  subject: 'imgapi.v1.images.summary',
  request: z.object({}),
  reply: z.object({ total: z.number().int(), failed: z.array(Image) }),
  timeoutMs: 5_000,
});

/** Images, newest first. With `account` only public ones, its own and those shared with it. `state` is `active` unless told; `all` shows every one. */
export const listImages = rpc({
  subject: 'imgapi.v1.images.list',
  request: z.object({
    account: AccountId.optional(),
    ids: z.array(ImageId).max(1000).optional(),
    state: z.union([ImageState, z.literal('all')]).default('active'),
    name: z.string().optional(),
    version: z.string().optional(),
    os: ImageOs.optional(),
    type: ImageType.optional(),
    owner: AccountId.optional(),
    public: z.boolean().optional(),
  }),
  reply: z.object({ images: z.array(Image) }),
  timeoutMs: 5_000,
});

/** Deletes an image and its file. @throws InUse another image or an instance stands on it */
export const deleteImage = rpc({
  subject: 'imgapi.v1.images.delete',
  request: z.object({ id: ImageId }),
  reply: z.object({}),
  timeoutMs: 5_000,
});

/** An image changed; caches drop it. */
export const imageHint = hint('imgapi', 'images', z.object({ image: ImageId }));
