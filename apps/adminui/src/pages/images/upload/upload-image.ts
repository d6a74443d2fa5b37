import { operatorRoutes as routes, pathOf, type adminapi } from '@nereid/contracts/light';
import { call, type BodyOf } from '../../../api/call';
import { sendFile } from '../../../api/send-file';
import { compressionOf, digestOf } from './digest';

/** How far an upload is. */
export interface UploadProgress {
  readonly stage: 'digest' | 'file' | 'activation';
  readonly doneBytes: number;
}

/**
 * Makes an image of a file: its digest first, which the cloud compares with what comes; then the manifest, the bytes, and its activation. What
 * was begun and not finished is deleted.
 * @throws ServiceError
 */
export async function uploadImage(
  manifest: BodyOf<typeof adminapi.createImage>,
  file: File,
  onProgress: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<string> {
  const sha256 = await digestOf(file, (doneBytes) => onProgress({ stage: 'digest', doneBytes }), signal);
  const compression = await compressionOf(file);
  signal.throwIfAborted();
  // Not ended by the signal: its answer is the only word of which image there is to delete again.
  const { uuid } = await call(routes.createImage, { body: manifest });
  try {
    signal.throwIfAborted();
    const path = `${pathOf(routes.putImageFile, { uuid })}?compression=${compression}&sha256=${sha256}`;
    await sendFile(path, file, (doneBytes) => onProgress({ stage: 'file', doneBytes }), signal);
    onProgress({ stage: 'activation', doneBytes: file.size });
    await call(routes.activateImage, { params: { uuid }, body: { action: 'activate' } });
    signal.throwIfAborted();
    return uuid;
  } catch (error) {
    await call(routes.deleteImage, { params: { uuid } }).catch(() => undefined); // whoever looks finds it unactivated
    throw error;
  }
}
