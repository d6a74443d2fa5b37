import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * How services run: as a real unprivileged user, without capabilities and without a way to new ones. PostgreSQL refuses root, and nothing
 * but the agent needs it. When `./dev` itself is not root, they run as whoever runs it.
 *
 * A checkout below a mode-700 directory (root's home, `mktemp -d`) cannot be read by that user. Copying code and packages would cost
 * hundreds of megabytes, opening the directory would change what is not ours; so each process gets a mount namespace of its own in which the
 * checkout is bound, read-only, to a directory that the user can reach. The namespace goes with the process and nobody else sees it.
 */
export class Unprivileged {
  readonly isRoot = process.getuid?.() === 0;
  readonly uid: number;
  readonly gid: number;
  readonly userName: string;
  private readonly binds: { from: string; to: string }[] = [];

  /**
   * @param checkout the repository, whose programs are run
   * @param base a directory that the user can traverse; where bound directories appear
   */
  constructor(checkout: string, base: string) {
    const account = this.isRoot ? serviceAccount() : { name: process.env['USER'] ?? 'you', uid: process.getuid!(), gid: process.getgid!() };
    this.uid = account.uid;
    this.gid = account.gid;
    this.userName = account.name;
    if (!this.isRoot) return;
    if (!mayDo('-r', join(checkout, 'package.json'), account)) this.bind(checkout, join(base, 'code'), 'directory');
    if (!mayDo('-x', process.execPath, account)) this.bind(process.execPath, join(base, 'node'), 'file');
  }

  /** The path under which the unprivileged user sees a file of the checkout, or node itself. */
  pathFor(path: string): string {
    for (const { from, to } of this.binds) {
      const inside = relative(from, path);
      if (inside === '') return to;
      if (!inside.startsWith('..')) return join(to, inside);
    }
    return path;
  }

  /** The argument vector that runs a program as that user. The process keeps its pid all the way, so it can be recorded and signalled. */
  argv(argv: readonly string[]): string[] {
    const seen = argv.map((arg) => (arg.startsWith('/') ? this.pathFor(arg) : arg));
    if (!this.isRoot) return seen;
    const who = [`--reuid=${this.uid}`, `--regid=${this.gid}`, '--clear-groups'];
    const dropped = ['setpriv', ...who, '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all', '--', ...seen];
    if (this.binds.length === 0) return dropped;
    const binds = this.binds.flatMap(({ from, to }) => [from, to]);
    return [
      'unshare',
      '--mount',
      '--propagation',
      'private',
      '--',
      '/bin/sh',
      '-c',
      bindAndRun,
      'bind',
      `${this.binds.length}`,
      ...binds,
      ...dropped,
    ];
  }

  /** Makes a directory that belongs to the user and that nobody else reads. */
  ownDirectory(path: string): string {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (this.isRoot) chownSync(path, this.uid, this.gid);
    return path;
  }

  /** Writes a file that the user reads and nobody else. */
  ownFile(path: string, content: string | Buffer): string {
    writeFileSync(path, content, { mode: 0o600 });
    if (this.isRoot) chownSync(path, this.uid, this.gid);
    return path;
  }

  /** Whether the service account can reach a directory. Only root can ask. */
  static mayTraverse(directory: string): boolean {
    return mayDo('-x', directory, serviceAccount());
  }

  private bind(from: string, to: string, kind: 'directory' | 'file'): void {
    if (kind === 'directory') mkdirSync(to, { recursive: true });
    else if (!existsSync(to)) writeFileSync(to, '', { mode: 0o755 });
    this.binds.push({ from, to });
  }
}

function mayDo(what: '-r' | '-x', path: string, { uid, gid }: { uid: number; gid: number }): boolean {
  return spawnSync('setpriv', [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--', 'test', what, path]).status === 0;
}

// $1 is the number of pairs; then from, to, … and at last the program.
const bindAndRun = `
n=$1; shift
while [ "$n" -gt 0 ]; do
  mount --bind "$1" "$2" && mount -o remount,bind,ro "$2" || exit 125
  shift 2; n=$((n-1))
done
cd /
exec "$@"
`;

/** `nereid` where an administrator has made that account, else `nobody`: nothing is added to the machine's list of users. */
function serviceAccount(): { name: string; uid: number; gid: number } {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['nereid', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { name, uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error('no unprivileged account on this machine: neither "nereid" nor "nobody" is in /etc/passwd');
}
