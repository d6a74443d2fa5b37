import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOrThrow, type Runner } from '@nereid/ports';

/** Where the C sources and scripts of the guest lie: beside `src` and `dist` alike. */
export const guestFolder = join(__dirname, '..', 'guest');

/**
 * Compiles our own guest programs, static, so that they run in any image. The same compiler gives the same bytes. About 0.3 s.
 * @throws Error the compiler is missing or complains
 */
export async function buildGuestPrograms(runner: Runner): Promise<{ init: Buffer; mdata: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), 'nereid-guest-'));
  try {
    const [init, mdata] = await Promise.all(
      ['init', 'mdata'].map(async (name) => {
        const out = join(folder, name);
        // Relative source names: an absolute path would end up in the program and change its bytes from checkout to checkout.
        const argv = ['gcc', '-std=gnu11', '-Os', '-Wall', '-Wextra', '-Werror', '-static', '-s', '-Wl,--build-id=none'] as const;
        await runOrThrow(runner, [...argv, '-o', out, `${name}.c`], { timeoutMs: 30_000, cwd: guestFolder });
        return readFile(out);
      }),
    );
    return { init: init!, mdata: mdata! };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
