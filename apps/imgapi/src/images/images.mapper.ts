import type { Image } from '@nereid/contracts';

/** An image with its file, as every query here selects it: `i` is the image, `b` its blob. */
export const imageColumns = `i.id, i.owner, i.name, i.version, i.description, i.homepage, i.eula, i.os, i.type, i.is_public, i.acl, i.origin,
  i.requirements, i.image_size_mib, i.tags, i.state, i.error, i.file_compression, i.published_at, i.created_at, i.row_version,
  b.sha256, b.sha1, b.size_bytes`;

export interface ImageRow {
  id: Image['id'];
  owner: Image['owner'];
  name: string;
  version: string;
  description: string | null;
  homepage: string | null;
  eula: string | null;
  os: Image['os'];
  type: Image['type'];
  is_public: boolean;
  acl: Image['acl'];
  origin: Image['id'] | null;
  requirements: Image['requirements'];
  image_size_mib: number | null;
  tags: Image['tags'];
  state: Image['state'];
  error: Image['error'] | null;
  file_compression: 'none' | 'gzip' | null;
  published_at: Date | null;
  created_at: Date;
  row_version: number;
  sha256: string | null;
  sha1: string | null;
  size_bytes: number | null;
}

export function toImage(row: ImageRow): Image {
  return {
    id: row.id,
    owner: row.owner,
    name: row.name,
    version: row.version,
    ...(row.description !== null && { description: row.description }),
    ...(row.homepage !== null && { homepage: row.homepage }),
    ...(row.eula !== null && { eula: row.eula }),
    os: row.os,
    type: row.type,
    public: row.is_public,
    acl: row.acl,
    ...(row.origin !== null && { origin: row.origin }),
    requirements: row.requirements,
    ...(row.image_size_mib !== null && { imageSizeMiB: row.image_size_mib }),
    tags: row.tags,
    state: row.state,
    ...(row.sha256 !== null && {
      file: { sha256: row.sha256, sha1: row.sha1!, sizeBytes: row.size_bytes!, compression: row.file_compression! },
    }),
    ...(row.published_at !== null && { publishedAt: row.published_at.toISOString() }),
    createdAt: row.created_at.toISOString(),
    ...(row.error !== null && { error: row.error }),
    rowVersion: row.row_version,
  };
}
