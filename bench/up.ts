import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFirstImage } from '@nereid/infra-first-image';
import type { Figure } from './figures';

const repository = join(__dirname, '..');

/** `./dev up` in a fresh clone, to its first running instance; then again, when all runs. What is downloaded is in the caches. */
export async function measure(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'nereid-bench-up-'));
  const checkout = join(folder, 'checkout');
  const clean = (): void => {
    spawnSync(join(checkout, 'dev'), ['reset', '--yes'], { cwd: checkout, stdio: 'ignore', timeout: 60_000 });
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = (): void => {
    clean();
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await run('git', ['clone', '--quiet', repository, checkout], repository);
    const dev = (...args: string[]): Promise<number> => run(join(checkout, 'dev'), args, checkout);
    const cold = await dev('up');
    const first = await dev('triton', 'instance', 'create', '-w', '-n', 'first', 'nereid-base', 'nano');
    const warm = await dev('up');
    const shown = await dev('help');
    const imageStartedAt = performance.now();
    await makeFirstImage({ outDir: folder, owner: '00000000-0000-4000-8000-000000000001' });
    const image = (performance.now() - imageStartedAt) / 1000;
    return [
      { name: 'cold ./dev up', value: cold, unit: 's', note: 'fresh clone; npm and Debian packages in the caches' },
      { name: 'cold, to the first running instance', value: cold + first, unit: 's', target: { atMost: 30 } },
      { name: 'warm ./dev up', value: warm, unit: 's', target: { atMost: 8 }, note: 'everything runs' },
      { name: 'first image made', value: image, unit: 's', target: { atMost: 3 } },
      { name: './dev help', value: shown, unit: 's' },
    ];
  } finally {
    clean();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

/** Seconds that a command takes. @throws Error with what it said, when it fails or takes more than five minutes */
function run(program: string, args: readonly string[], cwd: string): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve((performance.now() - startedAt) / 1000);
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}\n${said.slice(-4000)}`));
    });
  });
}
