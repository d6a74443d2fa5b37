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
    const [node, help, listing, tritonHelp, tritonListing] = timed([
      { words: ['-e', '0'], env: own },
      { words: [nereid, '--help'], env: own },
      { words: [nereid, 'instance', 'ls'], env: own },
      { words: [triton, '--help'], env },
      { words: [triton, 'instance', 'ls'], env },
    ]) as [number[], number[], number[], number[], number[]];
    return [
      figure('node -e 0', node, { note: 'what any program of Node takes' }),
      figure('nereid --help', help),
      figure('nereid instance ls', listing, { target: { atMost: 80 }, note: 'the request included; images from the cache' }),
      {
        name: 'nereid instance ls, above node -e 0',
        value: Math.min(...listing) - Math.min(...node),
        unit: 'ms, quickest',
        note: 'what is ours to shorten, and the door to answer',
      },
      figure('triton --help', tritonHelp),
      figure('triton instance ls', tritonListing),
    ];
  });
}

function figure(name: string, samples: readonly number[], more: Partial<Figure> = {}): Figure {
  const quickest = `${runs} runs, quickest ${Math.min(...samples).toFixed(0)} ms`;
  return { name, value: percentile(samples, 0.5), unit: 'ms p50', ...more, note: [more.note, quickest].filter(Boolean).join('; ') };
}

/** Each program in turn, round after round, so that what else the machine does falls on all of them. */
function timed(programs: readonly { readonly words: readonly string[]; readonly env: Record<string, string> }[]): number[][] {
  const samples = programs.map((): number[] => []);
  for (let round = 0; round <= runs; round++) {
    for (const [at, { words, env }] of programs.entries()) {
      const startedMs = performance.now();
      execFileSync(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
      if (round > 0) samples[at]!.push(performance.now() - startedMs); // the first round fills caches
    }
  }
  return samples;
}
