import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { ServiceError, invalidField, type ImageId } from '@nereid/contracts';
import { RANDOM } from '@nereid/platform';
import type { Random } from '@nereid/ports';
import { ImagesRepository } from '../images/images.repository';
import { FILE_STORE } from '../tokens';
import { BlobsService } from './blobs.service';
import type { ByteRange } from './byte-range';
import type { FileStore } from './file-store';
import { FilesSettings } from './files-settings';
import { TransfersRepository, type Transfer } from './transfers.repository';

/** A file on its way out. `settle` must be called once, with whether the last byte went. */
export interface Outgoing {
  readonly transfer: Transfer;
  readonly bytes: Readable;
  settle(isDone: boolean): Promise<void>;
}

/** Lets files in and out by one-time tokens. */
@Injectable()
export class TransfersService {
  constructor(
    private readonly transfers: TransfersRepository,
    private readonly images: ImagesRepository,
    private readonly blobs: BlobsService,
    private readonly settings: FilesSettings,
    @Inject(FILE_STORE) private readonly store: FileStore,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /**
   * A URL to which an image's file may be PUT once.
   * @throws ResourceNotFound @throws Conflict the image has a file already @throws ValidationFailed size or digest cannot be
   */
  async allowUpload(want: Omit<Transfer, 'purpose'>): Promise<{ url: string; expiresAt: string }> {
    if (!/^[0-9a-f]{64}$/.test(want.sha256)) throw invalidField('sha256', 'must be 64 hex digits');
    if (want.sizeBytes === 0) throw invalidField('sizeBytes', 'an image file is not empty');
    if (want.sizeBytes > this.settings.maxFileBytes) throw invalidField('sizeBytes', `is more than ${this.settings.maxFileBytes}`);
    const image = await this.images.find(want.image, undefined);
    if (!image) throw new ServiceError('ResourceNotFound', `image ${want.image} does not exist`);
    if (image.file || image.state !== 'unactivated') throw new ServiceError('Conflict', `image ${want.image} has a file already`);
    return this.hand({ ...want, purpose: 'put' });
  }

  /** A URL from which an image's file may be read once. @throws ResourceNotFound no such image, or it is not activated */
  async allowDownload(id: ImageId): Promise<{ url: string; transfer: Transfer }> {
    const image = await this.images.find(id, undefined);
    if (!image?.file || (image.state !== 'active' && image.state !== 'disabled')) {
      throw new ServiceError('ResourceNotFound', `image ${id} does not exist or is not activated`);
    }
    const { sha256, sizeBytes, compression } = image.file;
    const transfer: Transfer = { purpose: 'get', image: id, sha256, sizeBytes, compression };
    return { url: (await this.hand(transfer)).url, transfer };
  }

  /** What a download token is for, without using it. @throws ResourceNotFound */
  async look(token: string): Promise<Transfer> {
    const transfer = await this.transfers.find(digest(token), 'get');
    if (!transfer) throw unknownToken();
    return transfer;
  }

  /** Opens a download. @throws ResourceNotFound the token is unknown, used up, expired or in use */
  async open(token: string, range: ByteRange): Promise<Outgoing> {
    const key = digest(token);
    const transfer = await this.transfers.claim(key, 'get');
    if (!transfer) throw unknownToken();
    try {
      const bytes = await this.store.read(transfer.sha256, range);
      const reachesEnd = range.end === transfer.sizeBytes - 1;
      return { transfer, bytes, settle: (isDone) => this.transfers.settle(key, isDone && reachesEnd) };
    } catch (error) {
      await this.transfers.settle(key, false);
      throw error;
    }
  }

  /**
   * Takes an upload: the bytes count only when size and digest are as announced.
   * @throws ResourceNotFound the token is no good @throws InvalidContent size or digest differ; the token may be used again
   */
  async accept(token: string, bytes: Readable): Promise<void> {
    const key = digest(token);
    const transfer = await this.transfers.claim(key, 'put');
    if (!transfer) throw unknownToken();
    let isDone = false;
    try {
      const staged = await this.store.stage(bytes, transfer.sizeBytes);
      const wrong =
        staged.sizeBytes !== transfer.sizeBytes
          ? `${staged.sizeBytes} bytes came, ${transfer.sizeBytes} were announced`
          : staged.sha256 !== transfer.sha256
            ? 'the SHA-256 of what came is not the one announced'
            : undefined;
      if (wrong !== undefined) {
        await staged.discard();
        throw new ServiceError('InvalidContent', wrong);
      }
      await this.blobs.giveTo(transfer.image, staged, transfer.compression);
      isDone = true;
    } finally {
      await this.transfers.settle(key, isDone);
    }
  }

  private async hand(transfer: Transfer): Promise<{ url: string; expiresAt: string }> {
    const token = this.random.bytes(32).toString('base64url');
    const expiresAt = await this.transfers.insert(digest(token), transfer, this.settings.tokenValidMs);
    return { url: `${this.settings.publicUrl}/files/${token}`, expiresAt: expiresAt.toISOString() };
  }
}

function unknownToken(): ServiceError {
  return new ServiceError('ResourceNotFound', 'the token is unknown, used or expired');
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
