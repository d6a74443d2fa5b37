import { chmod, lchown } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageInode } from '../image/unpack';

/** Owners changed at a time: libuv has four threads for files. */
const shiftsAtOnce = 8;

/**
 * Gives every inode of a fresh clone to a range of ids that begins with `idBase`. Safe by path: the clone is what the image's import wrote, and no
 * guest has run in it. Neither zfs-fuse nor runc 1.1 knows id-mapped mounts, which would make this a no-op.
 */
export async function shiftOwners(root: string, inodes: readonly ImageInode[], idBase: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let inode = inodes[next++]; inode; inode = inodes[next++]) {
      const path = join(root, inode.path);
      await lchown(path, idBase + inode.uid, idBase + inode.gid);
      if (inode.mode !== undefined) await chmod(path, inode.mode);
    }
  };
  await Promise.all(Array.from({ length: shiftsAtOnce }, worker));
}
