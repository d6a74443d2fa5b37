import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runOrThrow, type Runner } from '@nereid/ports';
import { buildGuestPrograms, guestFolder } from './guest-programs';
import type { Programs } from './programs';
import type { TarEntry } from './tar-writer';

const textFiles: Readonly<Record<string, string>> = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  'etc/group': 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n',
  'etc/shells': '/bin/sh\n',
  'etc/profile': 'export PATH=/usr/sbin:/usr/bin:/sbin:/bin\nexport PS1="[\\u@\\h \\W]\\\\$ "\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  'etc/os-release': 'NAME="Nereid base"\nID=nereid-base\nPRETTY_NAME="Nereid base (busybox)"\n',
  // Places for what the server mounts over them.
  'etc/hostname': '',
  'etc/hosts': '127.0.0.1 localhost\n',
  'etc/resolv.conf': '',
};

const folders: readonly (readonly [string, number])[] = [
  ['.zonecontrol', 0o755], ['bin', 0o755], ['dev', 0o755], ['etc', 0o755], ['etc/dropbear', 0o700], ['home', 0o755], ['lib', 0o755], ['lib/x86_64-linux-gnu', 0o755],
  ['lib64', 0o755], ['mnt', 0o755], ['native', 0o755], ['native/.zonecontrol', 0o755], ['opt', 0o755], ['proc', 0o555], ['root', 0o700], ['root/.ssh', 0o700], ['run', 0o755],
  ['sbin', 0o755], ['srv', 0o755], ['sys', 0o555], ['tmp', 0o1777], ['usr', 0o755], ['usr/bin', 0o755], ['usr/sbin', 0o755], ['var', 0o755], ['var/log', 0o755],
  ['var/svc', 0o755], ['var/tmp', 0o1777],
]; // prettier-ignore

/** Everything that the first image holds, sorted, folders before what is in them. */
export async function rootFileSystem(runner: Runner, programs: Programs): Promise<TarEntry[]> {
  const busybox = programs.find('busybox', 'busybox-static');
  const dropbear = programs.find('dropbear', 'dropbear-bin');
  const dropbearkey = programs.find('dropbearkey', 'dropbear-bin');
  const [own, applets, libraries, rcBoot, rcScripts] = await Promise.all([
    buildGuestPrograms(runner),
    runOrThrow(runner, [busybox, '--list-full'], { timeoutMs: 10_000 }),
    programs.libraries([dropbear, dropbearkey]),
    readFile(join(guestFolder, 'rc.boot')),
    readFile(join(guestFolder, 'rc.scripts')),
  ]);

  const entries = new Map<string, TarEntry>();
  const add = (entry: TarEntry): void => void entries.set(entry.path, entry);
  const file = (path: string, content: Buffer, mode = 0o755): void => add({ path, kind: 'file', mode, content });
  for (const [path, mode] of folders) add({ path, kind: 'directory', mode });
  for (const [path, text] of Object.entries(textFiles)) file(path, Buffer.from(text), 0o644);
  file('bin/busybox', await readFile(busybox));
  file('etc/shadow', Buffer.from('root:*:19000:0:99999:7:::\n'), 0o600);
  file('etc/rc.boot', rcBoot, 0o644);
  file('etc/rc.scripts', rcScripts, 0o644);
  file('sbin/init', own.init);
  file('usr/sbin/dropbear', await readFile(dropbear));
  file('usr/bin/dropbearkey', await readFile(dropbearkey));
  file('usr/sbin/mdata-get', own.mdata);
  for (const name of ['mdata-put', 'mdata-list', 'mdata-delete']) {
    add({ path: `usr/sbin/${name}`, kind: 'hardlink', target: 'usr/sbin/mdata-get' });
  }
  for (const [path, source] of libraries) file(path.slice(1), await readFile(source));
  // Hard links: 300 names cost one file, and a server that shifts owners has one thing to shift.
  for (const path of applets.split('\n').filter(Boolean)) {
    if (!entries.has(path) && path !== 'linuxrc') add({ path, kind: 'hardlink', target: 'bin/busybox' });
  }
  // Links are laid down after what they point to; everything else by name, so that folders come first.
  const all = [...entries.values()].filter((entry) => entry.path.includes('/') || entry.kind === 'directory');
  for (const entry of all) {
    if (entry.path.includes('/') && !entries.has(dirname(entry.path))) throw new Error(`no folder for ${entry.path}`);
  }
  const rank = (entry: TarEntry): number => (entry.kind === 'hardlink' ? 1 : 0);
  return all.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
}
