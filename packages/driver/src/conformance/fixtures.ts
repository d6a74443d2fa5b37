import { InstanceSpec, type AccountId, type TaskId } from '@nereid/contracts';
import { SystemClock, SystemIds } from '@nereid/ports';
import type { ImageSource } from '../image-driver';
import { deadlineIn, type TaskContext } from '../task-context';
import type { DriverHarness } from './harness';

export const clock = new SystemClock();
const ids = new SystemIds();

/** A task of its own with half a minute to go. */
export function aTask(timeoutMs = 30_000): TaskContext {
  return {
    taskId: `${ids.sorted()}/conformance/do` as TaskId,
    generation: 1,
    epoch: 1,
    deadline: deadlineIn(clock, timeoutMs),
    signal: AbortSignal.timeout(timeoutMs),
  };
}

/** A small instance of the harness's brand on `image`, with an id and addresses of its own. */
export function anInstance(harness: DriverHarness, image: ImageSource, change: Partial<InstanceSpec> = {}): InstanceSpec {
  const id = ids.random();
  return InstanceSpec.parse({
    id,
    owner: ids.random() as AccountId,
    alias: `conformance-${id.slice(0, 8)}`,
    hostname: `conformance-${id.slice(0, 8)}`,
    brand: harness.brand,
    image: { id: image.id, name: 'conformance', version: '1', os: 'linux', type: 'lx-dataset' },
    quotaGiB: 1,
    limits: { cpuCapPercent: 50, cpuShares: 100, memoryMiB: 128, swapMiB: 256, maxProcesses: 200 },
    nics: harness.nics(1),
    customerMetadata: { greeting: 'hello' },
    datacenter: 'test',
    ...change,
  });
}

/** Everything the agent does for `instance.ensure`, in its order. */
export async function bringUp(harness: DriverHarness, spec: InstanceSpec, image?: ImageSource): Promise<void> {
  const { driver } = harness;
  const task = aTask();
  if (image) await driver.image.import(task, image);
  await driver.storage.ensureRoot(task, spec);
  await driver.network.ensurePorts(task, spec);
  await driver.instance.ensureDefined(task, spec);
  await driver.limits.apply(task, spec);
  await driver.instance.start(task, spec.id);
}

/** Everything the agent does for `instance.remove`, in its order. */
export async function takeDown(harness: DriverHarness, spec: InstanceSpec): Promise<void> {
  const { driver } = harness;
  const task = aTask();
  await driver.instance.remove(task, spec.id);
  await driver.network.removePorts(task, spec.id);
  await driver.guest.closeMetadata(spec.id);
  await driver.limits.remove(task, spec.id);
  await driver.storage.remove(task, spec.id);
}
