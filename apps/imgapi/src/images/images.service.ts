import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { ImageManifest, ServiceError, type AccountId, type Caller, type Image, type ImageId, type listImages } from '@nereid/contracts';
import type { z } from 'zod';
import { BlobsService } from '../files/blobs.service';
import { ImagesRepository } from './images.repository';
import { checkManifest } from './manifest-rules';

/** The catalogue of images. */
@Injectable()
export class ImagesService {
  constructor(
    private readonly images: ImagesRepository,
    private readonly blobs: BlobsService,
  ) {}

  /**
   * Makes an image in state `unactivated`. The same manifest again answers the image that is there.
   * @throws InUse the id belongs to another image @throws ValidationFailed naming the field
   */
  async create(manifest: ImageManifest, caller: Caller): Promise<Image> {
    mayWrite(caller, manifest.owner);
    checkManifest(manifest);
    const made = await this.images.insert(manifest, caller);
    if (made) return made;
    const there = await this.images.find(manifest.id, undefined);
    if (there && isDeepStrictEqual(ImageManifest.parse(there), manifest)) return there;
    throw new ServiceError('InUse', `image ${manifest.id} exists already`);
  }

  /** One image as `account` may see it. @throws ResourceNotFound */
  async get(id: ImageId, account: AccountId | undefined): Promise<Image> {
    const image = await this.images.find(id, account);
    if (!image) throw new ServiceError('ResourceNotFound', `image ${id} does not exist`);
    return image;
  }

  list(want: z.output<typeof listImages.request>): Promise<Image[]> {
    return this.images.list(want);
  }

  /** How many there are, and the newest of those that failed. */
  summary(): Promise<{ total: number; failed: Image[] }> {
    return this.images.summary();
  }

  /** Makes an image usable; an active one counts as done. @throws Conflict it has no file, or has failed @throws ResourceNotFound */
  async activate(id: ImageId, caller: Caller): Promise<Image> {
    mayWrite(caller, (await this.get(id, undefined)).owner);
    await this.images.activate(id, caller);
    const image = await this.get(id, undefined);
    if (image.state === 'active' || image.state === 'disabled') return image;
    throw new ServiceError('Conflict', image.file ? `image ${id} is ${image.state}` : `image ${id} has no file yet`);
  }

  /** Deletes an image, and its file when no other image has the same. @throws InUse other images stand on it @throws ResourceNotFound */
  async delete(id: ImageId, caller: Caller): Promise<void> {
    mayWrite(caller, (await this.get(id, undefined)).owner);
    const sha256 = await this.images.delete(id, caller);
    if (sha256 === undefined) throw new ServiceError('ResourceNotFound', `image ${id} does not exist`);
    if (sha256 !== null) await this.blobs.removeUnused(sha256);
  }
}

/** What is another account's answers as absent. */
function mayWrite(caller: Caller, owner: AccountId): void {
  if (caller.kind === 'account' && caller.account !== owner) throw new ServiceError('ResourceNotFound', 'image does not exist');
  if (caller.kind === 'node') throw new ServiceError('NotAuthorized', 'nodes do not change images');
}
