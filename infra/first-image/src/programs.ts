import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow, type Runner } from '@nereid/ports';

const folders = ['usr/sbin', 'usr/bin', 'sbin', 'bin', 'usr/local/bin'];

/** Where programs are looked for: the system, then folders that Debian packages were unpacked into. */
export class Programs {
  constructor(
    private readonly runner: Runner,
    private readonly roots: readonly string[],
  ) {}

  /** The path of a program. @throws Error naming the Debian package that holds it */
  find(name: string, debianPackage: string): string {
    for (const root of this.roots) {
      for (const folder of folders) {
        const path = join(root, folder, name);
        if (existsSync(path)) return path;
      }
    }
    throw new Error(`${name} is missing: install the Debian package ${debianPackage}`);
  }

  /**
   * The shared libraries a program loads, as the loader itself resolves them, each with the path it must have in a root file system.
   * A static program has none.
   */
  async libraries(programs: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const search = this.roots.flatMap((root) => [join(root, 'usr/lib/x86_64-linux-gnu'), join(root, 'lib/x86_64-linux-gnu')]);
    const listing = await runOrThrow(this.runner, ['ldd', ...programs], {
      timeoutMs: 10_000,
      env: { PATH: '/usr/bin:/bin', LANG: 'C', ...(this.roots.length > 1 && { LD_LIBRARY_PATH: search.slice(2).join(':') }) },
    });
    const found = new Map<string, string>();
    for (const line of listing.split('\n')) {
      const loader = /^\s+(\/lib64\/ld-[^ ]+)/.exec(line)?.[1];
      if (loader) found.set(loader, loader);
      const library = /^\s+(\S+) => (\S+)/.exec(line);
      if (library?.[2] === 'not') throw new Error(`a shared library is missing: ${library[1]}`);
      if (library) found.set(`/lib/x86_64-linux-gnu/${library[1]}`, library[2]!);
    }
    return found;
  }
}
