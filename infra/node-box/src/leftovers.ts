import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { boxesPerInstallation } from './addresses';
import { cgroupsBelow, removeCgroups } from './cgroups';
import { cgroupParentOf, linkName } from './start-box';

/** What boxes of an installation have on the host: links and control groups. Of living boxes too: ask only when none should live. */
export function boxLeftovers(installation: string): string[] {
  const links = Array.from({ length: boxesPerInstallation }, (_, index) => linkName(installation, index));
  const present = links.filter((name) => existsSync(`/sys/class/net/${name}`));
  return [...present, ...cgroupsBelow(`/nereid-${installation}`)];
}

/** Removes them. @returns what stayed, because something still lives in it */
export async function sweepBoxes(installation: string): Promise<string[]> {
  for (const name of boxLeftovers(installation).filter((some) => readdirSync('/sys/class/net').includes(some))) {
    execFileSync('ip', ['link', 'del', name], { stdio: 'pipe' });
  }
  for (let index = 0; index < boxesPerInstallation; index++) await removeCgroups(cgroupParentOf(installation, index));
  return boxLeftovers(installation);
}

/** What this machine lacks for a box, in words for a person; undefined when it has everything. Tests skip by it. */
export function missingForBox(): string | undefined {
  if (process.getuid?.() !== 0) return 'root';
  if (!existsSync('/dev/fuse')) return 'the FUSE device (/dev/fuse)';
  const programs = { 'zfs-fuse': 'zfs-fuse', 'runc': 'runc', 'nft': 'nftables', 'ip': 'iproute2', 'unshare': 'util-linux' };
  const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];
  const absent = Object.entries(programs).filter(([name]) => !folders.some((folder) => existsSync(`${folder}/${name}`)));
  return absent.length === 0 ? undefined : `Debian packages: ${absent.map(([, name]) => name).join(' ')}`;
}
