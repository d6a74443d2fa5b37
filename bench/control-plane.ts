import { setTimeout as sleep } from 'node:timers/promises';
import { createNetwork } from '@nereid/contracts';
import { devCaller, withBus } from '@nereid/infra-local';
import { BenchCloud } from './cloud';
import { costBetween, readCounters, type Counters } from './costs';
import { percentile, type Figure } from './figures';
import { askForOne, durations, recipe, untilEnded, type Asked, type Recipe } from './machines';

const perSecond = 20;
const seconds = 20;
const warmUps = 100;

/** Share of the control plane in a create: servers that take no time, creates at a steady rate whatever the cloud does with them. */
export async function measure(): Promise<Figure[]> {
  const alone = await one(false);
  const apart = await one(true);
  return [...alone, ...apart];
}

async function one(isProcessPerApp: boolean): Promise<Figure[]> {
  const simulation = { latencyScale: 0, allImagesPresent: true };
  return BenchCloud.use({ simulatedServers: 3, simulation, isProcessPerApp }, async (cloud) => {
    await wideNetwork(cloud);
    const made = await recipe(cloud, 'bench');
    const warm = await openLoop(cloud, made, warmUps);
    await untilEnded(cloud, 'vm.provision', warm.map(({ vm }) => vm)); // prettier-ignore
    const idle = await idleCosts(cloud);
    const before = await readCounters(cloud);
    const asked = await openLoop(cloud, made, perSecond * seconds);
    const ended = await untilEnded(cloud, 'vm.provision', asked.map(({ vm }) => vm)); // prettier-ignore
    const after = await readCounters(cloud);
    const { ms, failed } = durations(asked, ended);
    const shape = isProcessPerApp ? 'process an app' : 'standalone';
    const note = `${asked.length} creates at ${perSecond}/s, ${failed} failed`;
    const answered = asked.map(({ startedAtMs, answeredAtMs }) => answeredAtMs - startedAtMs);
    return [
      { name: `${shape}: create p50`, value: percentile(ms, 0.5), unit: 'ms', target: { atMost: isProcessPerApp ? 16 : 8 }, note },
      { name: `${shape}: create p99`, value: percentile(ms, 0.99), unit: 'ms', ...(!isProcessPerApp && { target: { atMost: 30 } }), note },
      { name: `${shape}: POST answered p50`, value: percentile(answered, 0.5), unit: 'ms' },
      { name: `${shape}: POST answered p99`, value: percentile(answered, 0.99), unit: 'ms' },
      ...costBetween(before, after, idle, asked.length).map((figure) => ({ ...figure, name: `${shape}: ${figure.name}` })),
    ];
  });
}

/** Asks at fixed instants, not when the last answer has come: a slow cloud is not spared. */
async function openLoop(cloud: BenchCloud, made: Recipe, count: number): Promise<Asked[]> {
  const begin = performance.now();
  const asking: Promise<Asked>[] = [];
  for (let n = 0; n < count; n++) {
    const wait = begin + (n * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    const one = askForOne(cloud, made);
    one.catch(() => undefined); // told below, with all
    asking.push(one);
  }
  return Promise.all(asking);
}

/** What the cloud uses in a second in which nothing is asked of it. */
async function idleCosts(cloud: BenchCloud): Promise<{ before: Counters; after: Counters }> {
  const before = await readCounters(cloud);
  await sleep(5_000);
  return { before, after: await readCounters(cloud) };
}

/** The local network has some 240 addresses; this one is as wide as the bench needs. */
async function wideNetwork(cloud: BenchCloud): Promise<void> {
  const range = { subnet: '172.20.0.0/16', gateway: '172.20.0.1', provisionStart: '172.20.1.0', provisionEnd: '172.20.250.0' };
  await withBus(cloud.installation, (bus) => bus.call(createNetwork, { name: 'bench', nicTag: 'external', ...range }, devCaller()));
}
