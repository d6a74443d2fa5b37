import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { activateImage, createImage, createUpload, listImages, type AccountId } from '@nereid/contracts';
import { firstImageName, makeFirstImage } from '@nereid/infra-first-image';
import { devCaller, withBus } from './bus-access';
import type { Installation } from './installation';
import { privatePackages } from './programs';
import { putFile } from './put-file';

/** Makes the first image offline and puts it through imgapi's file door, unless the cloud has it. Answers a remark. */
export function ensureFirstImage(installation: Installation, owner: AccountId): Promise<string> {
  return withBus(installation, async (bus) => {
    const { images } = await bus.call(listImages, { name: firstImageName, state: 'active' }, devCaller());
    if (images.length > 0) return `${firstImageName}, was there`;
    const outDir = installation.path('first-image');
    const { manifest, file, path } = await makeFirstImage({ outDir, owner, unpackedRoots: [join(privatePackages(), 'root')] });
    const image = await bus.call(createImage, manifest, devCaller());
    if (!image.file) {
      const { compression, sha256, sizeBytes } = file;
      const { url } = await bus.call(createUpload, { id: image.id, compression, sha256, sizeBytes }, devCaller());
      await putFile(url, path, readFileSync(installation.path('ca', 'ca.pem')));
    }
    await bus.call(activateImage, { id: image.id }, devCaller());
    return `${firstImageName}, ${(file.sizeBytes / 1024 / 1024).toFixed(1)} MiB`;
  });
}
