import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrThrow, type Runner } from '@nereid/ports';

/** Where its source lies: beside `src` and `dist` alike. */
const source = join(__dirname, '..', 'native', 'zone-terminal.c');
/** Beside what else is compiled and can be thrown away. */
const builtTo = join(__dirname, '..', '..', '..', '.cache', 'native');

/**
 * Our program for terminals of zones, static, compiled unless it is there already; the answer is its path. Its name carries a digest of the
 * source, so a newer one is another file and does not change what keepers run on. About 0.3 s.
 * @throws Error the compiler is missing or complains
 */
export async function buildTerminalProgram(runner: Runner, folder = builtTo): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const path = join(folder, `zone-terminal-${digest}`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const argv = ['gcc', '-std=gnu11', '-Os', '-Wall', '-Wextra', '-Werror', '-static', '-s', '-Wl,--build-id=none'] as const;
  const made = `${path}.${process.pid}`;
  await runOrThrow(runner, [...argv, '-o', made, source], { timeoutMs: 30_000 });
  await rename(made, path); // whole or not at all, also when two builds meet
  return path;
}
