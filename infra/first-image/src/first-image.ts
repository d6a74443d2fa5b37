import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AccountId, ImageFile, ImageManifest } from '@nereid/contracts';
import { SystemRunner, type Runner } from '@nereid/ports';
import { Programs } from './programs';
import { rootFileSystem } from './root-file-system';
import { tarOf } from './tar-writer';

export interface FirstImageOptions {
  /** Where `<id>.tar.gz` and `<id>.json` are put; made when missing. */
  readonly outDir: string;
  /** Account in whose name the image is published. */
  readonly owner: string;
  /** Folders that Debian packages were unpacked into, searched after the system's own. */
  readonly unpackedRoots?: readonly string[];
  readonly runner?: Runner;
}

export interface FirstImage {
  readonly manifest: ImageManifest;
  readonly file: ImageFile;
  readonly path: string;
}

export const firstImageName = 'nereid-base';
export const firstImageVersion = '1.0.0';

/**
 * Makes the image `nereid-base`: busybox, dropbear, our init and metadata tools; offline, in about a second. The same inputs give the same
 * bytes and the same id, which comes from the digest, so making it again adds nothing to an installation.
 * @throws Error a program is missing; the message names its Debian package
 */
export async function makeFirstImage(options: FirstImageOptions): Promise<FirstImage> {
  const runner = options.runner ?? new SystemRunner();
  const programs = new Programs(runner, ['/', ...(options.unpackedRoots ?? [])]);
  const bytes = await promisify(gzip)(tarOf(await rootFileSystem(runner, programs)), { level: 6 });
  bytes[9] = 255; // "unknown" operating system: the header differs from build to build of zlib otherwise
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const id = idFrom(sha256);
  const manifest = ImageManifest.parse({
    id,
    owner: AccountId.parse(options.owner),
    name: firstImageName,
    version: firstImageVersion,
    description: 'A small Linux: busybox, an SSH server and the metadata tools.',
    os: 'linux',
    type: 'lx-dataset',
    public: true,
    requirements: { brand: 'lx', minMemoryMiB: 16, sshKey: true },
    tags: { role: 'os' },
  });
  const file: ImageFile = { sha256, sha1: createHash('sha1').update(bytes).digest('hex'), sizeBytes: bytes.length, compression: 'gzip' };
  await mkdir(options.outDir, { recursive: true });
  const path = join(options.outDir, `${id}.tar.gz`);
  await put(path, bytes);
  await put(join(options.outDir, `${id}.json`), Buffer.from(`${JSON.stringify({ manifest, file }, null, 2)}\n`));
  return { manifest, file, path };
}

/** Whole or not at all: somebody may read the folder meanwhile. */
async function put(path: string, bytes: Buffer): Promise<void> {
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}

/** A UUID of version 4's shape from a digest. */
function idFrom(sha256: string): string {
  return `${sha256.slice(0, 8)}-${sha256.slice(8, 12)}-4${sha256.slice(13, 16)}-a${sha256.slice(17, 20)}-${sha256.slice(20, 32)}`;
}
