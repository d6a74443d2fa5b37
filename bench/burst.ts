import { createPackage } from '@nereid/contracts';
import { asOperator, operatorCaller } from '../tests/cloud/operator';
import { BenchCloud } from './cloud';
import { percentile, type Figure } from './figures';
import { askForOne, askToDelete, durations, recipe, untilEnded } from './machines';

const size = 50;
/**
 * Without a cap of processor time: a server promises four times its cores, so one of two cores would refuse most of fifty `nano`, each of which is
 * promised half of one. What is measured is how a burst is carried out, not how it is refused.
 */
const tiny = { name: 'tiny', version: '1.0.0', memoryMiB: 32, swapMiB: 64, quotaGiB: 1, cpuCapPercent: 0, maxProcesses: 100 };

/** Fifty creates at once, on the real node and on simulated servers that take as long as real ones. */
export async function measure(): Promise<Figure[]> {
  const real = await BenchCloud.use({ hasRealNode: true }, (cloud) => burst(cloud, 'real node'));
  const simulated = await BenchCloud.use({ simulatedServers: 3 }, (cloud) => burst(cloud, '3 simulated'));
  return [...real, ...simulated];
}

async function burst(cloud: BenchCloud, where: string): Promise<Figure[]> {
  await asOperator(cloud.installation, (bus) => bus.call(createPackage, { ...tiny, isDefault: false }, operatorCaller()));
  const made = { ...(await recipe(cloud, 'external')), package: tiny.name };
  const first = await askForOne(cloud, made);
  await untilEnded(cloud, 'vm.provision', [first.vm]);

  const begin = await Promise.allSettled(Array.from({ length: size }, () => askForOne(cloud, made)));
  const asked = begin.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const vms = asked.map(({ vm }) => vm);
  const ended = await untilEnded(cloud, 'vm.provision', vms, { timeoutMs: 120_000 });
  const { ms, failed } = durations(asked, ended);
  const firstAsked = Math.min(...asked.map(({ startedAtMs }) => startedAtMs));
  const allRunning = Math.max(...[...ended.values()].map(({ endedAtMs }) => endedAtMs)) - firstAsked;

  const gone = await Promise.all([...vms, first.vm].map((vm) => askToDelete(cloud, vm)));
  const removed = await untilEnded(cloud, 'vm.destroy', [...vms, first.vm], { timeoutMs: 120_000 });
  const allGone = Math.max(...[...removed.values()].map(({ endedAtMs }) => endedAtMs)) - Math.min(...gone.map((one) => one.startedAtMs));
  const refused = size - asked.length;
  return [
    { name: `${where}: ${size} creates, all running`, value: allRunning, unit: 'ms' },
    { name: `${where}: failures`, value: failed + refused, unit: 'of 50', target: { atMost: 0 }, note: `${refused} refused by the door` },
    { name: `${where}: create p50`, value: percentile(ms, 0.5), unit: 'ms' },
    { name: `${where}: create p99`, value: percentile(ms, 0.99), unit: 'ms' },
    { name: `${where}: ${size + 1} deletes, all gone`, value: allGone, unit: 'ms' },
  ];
}
