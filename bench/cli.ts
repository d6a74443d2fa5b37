import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { cloudapi } from '@nereid/contracts';
import { customerEnv, customerOf } from '@nereid/infra-local';
import { BenchCloud } from './cloud';
import { percentile, type Figure } from './figures';

const repository = join(__dirname, '..');
const nereid = join(repository, 'apps', 'cli', 'dist', 'nereid.js');
const triton = join(repository, 'infra', 'local', 'node_modules', 'triton', 'bin', 'triton');
const runs = 25;

/** How long a person waits for the command: whole processes, from their start to their end, one after the other. */
export function measure(): Promise<Figure[]> {
  return BenchCloud.use({ simulatedServers: 1 }, async ({ installation, client }) => {
    const { body: images } = await client.call(cloudapi.listImages, {}, {});
    await client.call(cloudapi.createMachine, {}, { name: 'web0', image: images[0]!.id, package: 'nano' });
    const env = customerEnv(customerOf(installation), installation.path('ca', 'ca.pem'));
    const { NODE_EXTRA_CA_CERTS: _, ...own } = env; // Node reads it at each start; our command reads NEREID_CA_FILE
    const listing = timed([nereid], ['instance', 'ls'], own);
    return [
      figure('node -e 0', timed([], ['-e', '0'], own), { note: 'what any program of Node takes' }),
      figure('nereid --help', timed([nereid], ['--help'], own)),
      figure('nereid instance ls', listing, {
        target: { atMost: 80 },
        note: `the request included; images from the cache; ${runs} runs, quickest ${Math.min(...listing).toFixed(0)} ms`,
      }),
      figure('triton --help', timed([triton], ['--help'], env)),
      figure('triton instance ls', timed([triton], ['instance', 'ls'], env)),
    ];
  });
}

function figure(name: string, samples: readonly number[], more: Partial<Figure> = {}): Figure {
  return { name, value: percentile(samples, 0.5), unit: 'ms p50', ...more };
}

function timed(file: readonly string[], args: readonly string[], env: Record<string, string>): number[] {
  return Array.from({ length: runs + 1 }, () => {
    const startedMs = performance.now();
    execFileSync(process.execPath, [...file, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    return performance.now() - startedMs;
  }).slice(1); // the first one fills caches
}
