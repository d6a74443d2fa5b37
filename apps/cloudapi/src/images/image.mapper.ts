import type { AccountId, Image, cloudapi } from '@nereid/contracts';
import type { VersionRange } from '../http/version';

/** From version 8 on the type as it is; before, whether it is a virtual machine. */
export function shownType(type: Image['type'], isRaw: boolean): string {
  if (isRaw) return type;
  return type === 'zvol' ? 'virtualmachine' : 'smartmachine';
}

/** An image as CloudAPI shows it to `viewer`. */
export function toImageObject(image: Image, viewer: AccountId, version: VersionRange): cloudapi.ImageObject {
  const mayReadAcl = image.acl.length > 0 && (image.owner === viewer || image.acl.includes(viewer));
  return {
    id: image.id,
    name: image.name,
    version: image.version,
    os: image.os,
    type: shownType(image.type, version.atLeast('8.0.0')),
    requirements: requirements(image.requirements),
    description: image.description,
    homepage: image.homepage,
    ...(image.type === 'zvol' && { image_size: image.imageSizeMiB }),
    ...(image.file && { files: [{ compression: image.file.compression, sha1: image.file.sha1, size: image.file.sizeBytes }] }),
    ...(Object.keys(image.tags).length > 0 && { tags: image.tags }),
    published_at: image.publishedAt,
    ...(version.atLeast('7.1.0') && {
      owner: image.owner,
      public: image.public,
      state: image.state,
      eula: image.eula,
      ...(mayReadAcl && { acl: image.acl }),
      origin: image.origin,
      error: image.error,
    }),
  };
}

/** Both spellings of the memory bounds are in use. */
function requirements(of: Image['requirements']): Record<string, unknown> {
  return {
    ...(of.minMemoryMiB !== undefined && { min_ram: of.minMemoryMiB, min_memory: of.minMemoryMiB }),
    ...(of.maxMemoryMiB !== undefined && { max_ram: of.maxMemoryMiB, max_memory: of.maxMemoryMiB }),
    ...(of.brand && { brand: of.brand }),
    ...(of.bootrom && { bootrom: of.bootrom }),
    ...(of.sshKey !== undefined && { ssh_key: of.sshKey }),
    ...(of.password !== undefined && { password: of.password }),
  };
}
