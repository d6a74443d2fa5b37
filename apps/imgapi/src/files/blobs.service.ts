import { Inject, Injectable } from '@nestjs/common';
import { ServiceError, type ImageId } from '@nereid/contracts';
import { ImagesRepository } from '../images/images.repository';
import { FILE_STORE } from '../tokens';
import type { FileStore, StagedFile } from './file-store';

/** Keeps rows and stored files together. */
@Injectable()
export class BlobsService {
  constructor(
    private readonly images: ImagesRepository,
    @Inject(FILE_STORE) private readonly store: FileStore,
  ) {}

  /** Gives an image the staged file. @throws Conflict the image has a file already, is activated, or is gone */
  async giveTo(image: ImageId, staged: StagedFile, compression: 'none' | 'gzip'): Promise<void> {
    const isTaken = await this.images.withBlob(staged.sha256, async (tx) => {
      if (!(await this.images.setFile(tx, image, staged, compression))) return false;
      // Before the commit: a row without a file would be worse than a file without a row.
      await staged.commit();
      return true;
    });
    if (isTaken) return;
    await staged.discard();
    await this.removeUnused(staged.sha256);
    throw new ServiceError('Conflict', `image ${image} has a file already, or is gone`);
  }

  /** Removes stored files that no image uses, a hundred at most. Answers how many. */
  async removeAllUnused(): Promise<number> {
    const unused = await this.images.unusedBlobs();
    for (const sha256 of unused) await this.removeUnused(sha256);
    return unused.length;
  }

  /** Removes a stored file that no image uses any more. Safe to repeat. */
  async removeUnused(sha256: string): Promise<void> {
    await this.images.withBlob(sha256, async (tx) => {
      if (await this.images.forgetUnusedBlob(tx, sha256)) await this.store.remove(sha256);
    });
  }
}
