import { invalidField, type ImageManifest } from '@nereid/contracts';

const maxTagsBytes = 10 * 1024;

/**
 * Checks what the contract's types cannot. Source: IMGAPI, image manifests v=2.
 * @throws ValidationFailed naming the field
 */
export function checkManifest(manifest: ImageManifest): void {
  const { type, imageSizeMiB, requirements, tags, origin, id } = manifest;
  if (type === 'zvol' && imageSizeMiB === undefined) throw invalidField('imageSizeMiB', 'is required for type zvol', 'Missing');
  if (type !== 'zvol' && imageSizeMiB !== undefined) throw invalidField('imageSizeMiB', `is not for type ${type}`);
  if (type !== 'zvol' && requirements.bootrom !== undefined) throw invalidField('requirements.bootrom', `is not for type ${type}`);
  const { minMemoryMiB, maxMemoryMiB } = requirements;
  if (minMemoryMiB !== undefined && maxMemoryMiB !== undefined && minMemoryMiB > maxMemoryMiB) {
    throw invalidField('requirements.maxMemoryMiB', 'is less than minMemoryMiB');
  }
  if (Buffer.byteLength(JSON.stringify(tags)) > maxTagsBytes) throw invalidField('tags', `are more than ${maxTagsBytes} bytes as JSON`);
  if (origin === id) throw invalidField('origin', 'is the image itself');
}
