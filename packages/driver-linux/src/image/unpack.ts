import { constants } from 'node:fs';
import { chmod, lchown, link, lutimes, mkdir, open, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DriverError } from '@nereid/driver';
import { readTar, type TarEntry } from './tar-reader';

/** One inode of an unpacked image, by its ids inside a guest. */
export interface ImageInode {
  /** Relative to the root; empty for the root itself. */
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  /** Given where a change of owner would take away set-id bits, which must be put back. */
  readonly mode?: number;
}

/** More unpacked bytes than any image has; a small archive may hold endless zeros. */
const unpackedMaxBytes = 64 * 1024 ** 3;
const setIds = 0o6000;

/**
 * Unpacks an archive into an empty folder that nobody else can reach, with ids shifted by `idBase`. Every folder on the way to an entry must
 * be one that this archive made as a folder, so no link is ever followed.
 * @returns every inode, for the shift of owners that each clone gets
 * @throws DriverError Invalid as readTar, or an entry below something that is no folder
 */
export async function unpackImage(stream: AsyncIterable<Uint8Array>, root: string, idBase: number): Promise<ImageInode[]> {
  const kinds = new Map<string, TarEntry['kind']>([['', 'directory']]);
  const inodes = new Map<string, ImageInode>();
  const folderTimes: { path: string; mtimeSeconds: number }[] = [];
  let unpacked = 0;

  const remember = (path: string, uid: number, gid: number, mode = 0): void => {
    inodes.set(path, { path, uid, gid, ...(mode & setIds && { mode }) });
  };
  const needFolder = async (path: string): Promise<void> => {
    const kind = kinds.get(path);
    if (kind === 'directory') return;
    if (kind !== undefined) throw invalid(`${path} is used as a folder and is none`);
    await needFolder(parentOf(path));
    await mkdir(join(root, path), { mode: 0o755 });
    await lchown(join(root, path), idBase, idBase);
    kinds.set(path, 'directory');
    remember(path, 0, 0);
  };

  await chmod(root, 0o755);
  await lchown(root, idBase, idBase);
  remember('', 0, 0);
  for await (const entry of readTar(stream)) {
    const at = join(root, entry.path);
    const there = kinds.get(entry.path);
    if (entry.kind !== 'directory' && there !== undefined) throw invalid(`${entry.path} is in it twice`);
    if (entry.path !== '') await needFolder(parentOf(entry.path));
    unpacked += entry.sizeBytes;
    if (unpacked > unpackedMaxBytes) throw invalid('it unpacks to more than 64 GiB');

    if (entry.kind === 'hardlink') {
      if (kinds.get(entry.target) !== 'file') throw invalid(`${entry.path} is a hard link to what is no file of it`);
      await link(join(root, entry.target), at);
      kinds.set(entry.path, 'file');
      continue;
    }
    if (entry.kind === 'directory') {
      if (there === undefined) await mkdir(at);
      else if (there !== 'directory') throw invalid(`${entry.path} is in it twice`);
      folderTimes.push({ path: at, mtimeSeconds: entry.mtimeSeconds });
    } else if (entry.kind === 'symlink') {
      await symlink(entry.target, at);
    } else {
      await writeContent(at, entry);
    }
    kinds.set(entry.path, entry.kind);
    await lchown(at, idBase + entry.uid, idBase + entry.gid);
    // After the change of owner, which clears set-id bits.
    if (entry.kind !== 'symlink') await chmod(at, entry.mode);
    if (entry.kind !== 'directory') await lutimes(at, entry.mtimeSeconds, entry.mtimeSeconds);
    remember(entry.path, entry.uid, entry.gid, entry.mode);
  }
  // Last: whatever is made in a folder changes its time.
  for (const folder of folderTimes) await lutimes(folder.path, folder.mtimeSeconds, folder.mtimeSeconds);
  return [...inodes.values()];
}

async function writeContent(path: string, entry: TarEntry): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    for await (const chunk of entry.content) await file.write(chunk);
  } finally {
    await file.close();
  }
}

function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === '.' ? '' : parent;
}

function invalid(why: string): DriverError {
  return new DriverError('Invalid', `The image's archive is not acceptable: ${why}.`, { step: 'unpack-image' });
}
