import { setTimeout as sleep } from 'node:timers/promises';
import { cloudapi } from '@nereid/contracts';
import { firstImageName } from '@nereid/infra-first-image';
import type { BenchCloud } from './cloud';
import { wallClockMs } from './wall-clock';

/** What every measured instance is made of. */
export interface Recipe {
  readonly image: string;
  readonly package: string;
  readonly network: string;
}

/** A request as the client saw it; instants in ms since 1970, of this machine's one clock. */
export interface Asked {
  readonly vm: string;
  readonly startedAtMs: number;
  readonly answeredAtMs: number;
}

/** How a job ended, by the database. */
export interface Ended {
  readonly state: string;
  /** Why, when it did not succeed. */
  readonly error: string | undefined;
  readonly endedAtMs: number;
}

/** The first image, the smallest package, and the network of a name. */
export async function recipe({ client }: BenchCloud, network: string): Promise<Recipe> {
  const [images, networks] = await Promise.all([
    client.call(cloudapi.listImages, {}, { name: firstImageName }),
    client.call(cloudapi.listNetworks, {}, {}),
  ]);
  const [image] = images.body;
  const found = networks.body.find(({ name }) => name === network);
  if (!image || !found) throw new Error(`the cloud lacks image ${firstImageName} or network ${network}`);
  return { image: image.id, package: 'nano', network: found.id };
}

/** Asks for an instance, as a customer does: signature, TLS, JSON and all. */
export async function askForOne({ client }: BenchCloud, made: Recipe): Promise<Asked> {
  const startedAtMs = wallClockMs();
  const { body } = await client.call(cloudapi.createMachine, {}, { image: made.image, package: made.package, networks: [made.network] });
  return { vm: body.id, startedAtMs, answeredAtMs: wallClockMs() };
}

/** Asks for the end of an instance. */
export async function askToDelete({ client }: BenchCloud, vm: string): Promise<Asked> {
  const startedAtMs = wallClockMs();
  await client.call(cloudapi.deleteMachine, { id: vm }, {});
  return { vm, startedAtMs, answeredAtMs: wallClockMs() };
}

/**
 * Waits until the job of every instance has ended, looking rarely enough that the look itself costs nothing.
 * @throws Error naming how many have not after `timeoutMs`
 */
export async function untilEnded(
  cloud: BenchCloud,
  workflow: 'vm.provision' | 'vm.destroy',
  vms: readonly string[],
  { everyMs = 50, timeoutMs = 60_000 } = {},
): Promise<Map<string, Ended>> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const rows = await cloud.sql<{ vm: string; state: string; error: object | null; ended: number }>(
      `SELECT vm, state, error, (extract(epoch FROM ended_at) * 1000)::float8 AS ended
         FROM vmapi.job WHERE workflow = $1 AND vm = ANY ($2::uuid[]) AND ended_at IS NOT NULL`,
      [workflow, vms],
    );
    if (rows.length >= vms.length)
      return new Map(
        rows.map(({ vm, state, error, ended }) => [vm, { state, error: error ? JSON.stringify(error) : undefined, endedAtMs: ended }]),
      );
    if (performance.now() > giveUpAt) throw new Error(`${vms.length - rows.length} of ${vms.length} jobs have not ended: ${workflow}`);
    await sleep(everyMs);
  }
}

/** Time from each request to the end of its job, ms, of those that succeeded; and how many did not, which is told with the reason of one. */
export function durations(asked: readonly Asked[], ended: ReadonlyMap<string, Ended>): { ms: number[]; failed: number } {
  const reason = [...ended.values()].find(({ error }) => error !== undefined)?.error;
  if (reason) process.stderr.write(`a job did not succeed: ${reason}\n`);
  const good = asked.filter(({ vm }) => ended.get(vm)?.state === 'succeeded');
  return { ms: good.map(({ vm, startedAtMs }) => ended.get(vm)!.endedAtMs - startedAtMs), failed: asked.length - good.length };
}
