import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchCloud } from './cloud';
import { percentile, type Figure } from './figures';
import { askForOne, askToDelete, durations, recipe, untilEnded, type Asked, type Recipe } from './machines';

const warmUps = 5;
const samples = 40;
const bareSamples = 40;

/**
 * One zone after another on the real node, through the API with everything between; and beside it the bare sum: the same clone, network and
 * container with the same limits, made in the same box by the same programs from a shell script, without a line of ours.
 */
export async function measure(): Promise<Figure[]> {
  return BenchCloud.use({ hasRealNode: true }, async (cloud) => {
    const made = await recipe(cloud, 'external');
    await cycles(cloud, made, warmUps);
    const ours = await cycles(cloud, made, samples);
    const bare = await bareSum(cloud, made);
    const [create, remove] = [percentile(ours.create, 0.5), percentile(ours.remove, 0.5)];
    const [bareCreate, bareRemove] = [percentile(bare.create, 0.5), percentile(bare.remove, 0.5)];
    const note = `${samples} one after another, ${ours.failed} failed`;
    return [
      { name: 'create to running p50', value: create, unit: 'ms', note },
      { name: 'create to running p99', value: percentile(ours.create, 0.99), unit: 'ms' },
      { name: 'delete p50', value: remove, unit: 'ms' },
      { name: 'delete p99', value: percentile(ours.remove, 0.99), unit: 'ms' },
      { name: 'bare create p50', value: bareCreate, unit: 'ms', note: `${bareSamples} one after another` },
      { name: 'bare create p99', value: percentile(bare.create, 0.99), unit: 'ms' },
      { name: 'bare clone p50', value: percentile(bare.clone, 0.5), unit: 'ms' },
      { name: 'bare network p50', value: percentile(bare.network, 0.5), unit: 'ms' },
      { name: 'bare runc run p50', value: percentile(bare.run, 0.5), unit: 'ms' },
      { name: 'bare delete p50', value: bareRemove, unit: 'ms' },
      { name: 'create beside the bare sum', value: create / bareCreate, unit: 'times', target: { atMost: 1.5 } },
      { name: 'delete beside create', value: remove / create, unit: 'times', target: { atMost: 1.5 } },
      ...(await nodeSteps(cloud)),
    ];
  });
}

async function cycles(cloud: BenchCloud, made: Recipe, count: number): Promise<{ create: number[]; remove: number[]; failed: number }> {
  const looks = { everyMs: 10, timeoutMs: 60_000 };
  const created: Asked[] = [];
  const removed: Asked[] = [];
  for (let n = 0; n < count; n++) {
    const asked = await askForOne(cloud, made);
    created.push(asked);
    await untilEnded(cloud, 'vm.provision', [asked.vm], looks);
    removed.push(await askToDelete(cloud, asked.vm));
    await untilEnded(cloud, 'vm.destroy', [asked.vm], looks);
  }
  const vms = created.map(({ vm }) => vm);
  const create = durations(created, await untilEnded(cloud, 'vm.provision', vms));
  const remove = durations(removed, await untilEnded(cloud, 'vm.destroy', vms));
  return { create: create.ms, remove: remove.ms, failed: create.failed + remove.failed };
}

/** How long the node took for each step of a create, as it told with the results. */
async function nodeSteps(cloud: BenchCloud): Promise<Figure[]> {
  const rows = await cloud.sql<{ steps: Record<string, number> | null }>(
    `SELECT s.output -> 'stepMs' AS steps FROM vmapi.job_step s JOIN vmapi.job j ON j.id = s.job
      WHERE j.workflow = 'vm.provision' AND s.step = 'boot' AND s.output ? 'stepMs' ORDER BY j.position DESC LIMIT $1`,
    [samples],
  );
  const names = [...new Set(rows.flatMap(({ steps }) => Object.keys(steps ?? {})))];
  return names.map((name) => ({
    name: `node step ${name} p50`,
    value: percentile(rows.map(({ steps }) => steps?.[name] ?? 0), 0.5), // prettier-ignore
    unit: 'ms',
  }));
}

interface Bare {
  readonly create: number[];
  readonly clone: number[];
  readonly network: number[];
  readonly run: number[];
  readonly remove: number[];
}

/** Runs bare-zone.sh inside the box, with a living zone for its model: the same configuration, so the same limits. */
async function bareSum(cloud: BenchCloud, made: Recipe): Promise<Bare> {
  const model = await askForOne(cloud, made);
  await untilEnded(cloud, 'vm.provision', [model.vm]);
  const { pid } = JSON.parse(readFileSync(cloud.installation.path('node', 'box.json'), 'utf8')) as { pid: number };
  const { id } = cloud.installation;
  const script = join(__dirname, 'bare-zone.sh');
  const argv = ['--target', String(pid), '--mount', '--net', '--pid', '--', 'bash', script];
  const output = execFileSync('nsenter', [...argv, `nereid-${id}`, `/run/nereid/${id}`, model.vm, made.image, String(bareSamples)], {
    encoding: 'utf8',
    timeout: 120_000,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' },
  });
  await askToDelete(cloud, model.vm);
  await untilEnded(cloud, 'vm.destroy', [model.vm]);
  const rows = output.trim().split('\n').map((line) => line.split(' ').map((field) => Number(field) / 1000)); // prettier-ignore
  const column = (n: number): number[] => rows.map((row) => row[n]!);
  const [clone, network, run, remove] = [0, 1, 2, 3].map(column) as [number[], number[], number[], number[]];
  return { clone, network, run, remove, create: rows.map((row) => row[0]! + row[1]! + row[2]!) };
}
