import type { Image, adminapi } from '@nereid/contracts';

/** An image in IMGAPI's words. */
export function toImageObject(image: Image): adminapi.ImageObject {
  return {
    v: 2,
    uuid: image.id,
    owner: image.owner,
    name: image.name,
    version: image.version,
    description: image.description,
    homepage: image.homepage,
    eula: image.eula,
    os: image.os,
    type: image.type,
    origin: image.origin,
    image_size: image.imageSizeMiB,
    public: image.public,
    acl: image.acl,
    state: image.state,
    disabled: image.state === 'disabled',
    requirements: toRequirementsObject(image.requirements),
    tags: image.tags,
    files: image.file ? [toFileObject(image.file)] : [],
    published_at: image.publishedAt,
    created_at: image.createdAt,
    error: image.error,
    row_version: image.rowVersion,
  };
}

function toFileObject({ sizeBytes, ...file }: NonNullable<Image['file']>): adminapi.ImageObject['files'][number] {
  return { ...file, size: sizeBytes };
}

function toRequirementsObject({
  minMemoryMiB,
  maxMemoryMiB,
  sshKey,
  ...rest
}: Image['requirements']): adminapi.ImageObject['requirements'] {
  return { min_ram: minMemoryMiB, max_ram: maxMemoryMiB, ssh_key: sshKey, ...rest };
}

/** The other way round, for a new image. */
export function toRequirements({ min_ram, max_ram, ssh_key, ...rest }: adminapi.ImageObject['requirements']): Image['requirements'] {
  return { minMemoryMiB: min_ram, maxMemoryMiB: max_ram, sshKey: ssh_key, ...rest };
}
