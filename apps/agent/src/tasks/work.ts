import type { InstanceSpec, NodeTaskKind, NodeTaskResult, NodeTaskSpec, VmId } from '@nereid/contracts';
import { DriverError, type ServerDriver, type StopHow } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import type { ImagePuller } from '../images/image-puller';
import type { InstanceBook } from '../instances/instance-book';
import type { InventoryTaker } from '../instances/inventory-taker';
import type { MetadataServer } from '../metadata/metadata-server';
import type { TaskRun } from './task-run';

/** What tasks work with on one server. */
export interface Workbench {
  readonly driver: ServerDriver;
  readonly clock: Clock;
  readonly images: ImagePuller;
  readonly instances: InstanceBook;
  readonly metadata: MetadataServer;
  readonly inventory: InventoryTaker;
}

type Work<K extends NodeTaskKind> = (on: Workbench, run: TaskRun, spec: NodeTaskSpec<K>) => Promise<NodeTaskResult<K>>;

/** What each kind of task does. Every step is safe to repeat, so recovery is doing the task again. */
export const works: { readonly [K in NodeTaskKind]: Work<K> } = {
  'instance.ensure': async (on, run, { instance, start }) => {
    const imagePulled = await run.step('image', () => on.images.ensure(run.ctx, instance));
    await define(on, run, instance);
    if (start) await startAndWait(on, run, instance);
    return { seen: await on.instances.seen(instance.id, run.task.generation), imagePulled, stepMs: run.stepMs };
  },

  'instance.update': async (on, run, { instance }) => {
    await define(on, run, instance);
    return { seen: await on.instances.seen(instance.id, run.task.generation) };
  },

  'instance.start': async (on, run, { instance }) => {
    await define(on, run, instance);
    await startAndWait(on, run, instance);
    return { seen: await on.instances.seen(instance.id, run.task.generation) };
  },

  'instance.stop': async (on, run, { id, timeoutMs }) => {
    await run.step('stop', () => on.driver.instance.stop(run.ctx, id, stopHow(timeoutMs)));
    return { seen: await on.instances.seen(id, run.task.generation) };
  },

  'instance.reboot': async (on, run, { instance, timeoutMs }) => {
    await define(on, run, instance);
    await run.step('reboot', async () => {
      const facts = await on.driver.instance.inspect(instance.id);
      // Started since the task was accepted: an earlier try of this very task did it, and once is what was asked.
      if ((facts?.startedAtMs ?? 0) > run.task.atMs) return;
      await on.driver.instance.reboot(run.ctx, instance.id, stopHow(timeoutMs));
    });
    await run.step('running', () => untilRunning(on, run, instance.id));
    return { seen: await on.instances.seen(instance.id, run.task.generation) };
  },

  'instance.remove': async (on, run, { id }) => {
    await run.step('process', () => on.driver.instance.remove(run.ctx, id));
    await run.together([
      run.step('ports', () => on.driver.network.removePorts(run.ctx, id)),
      run.step('metadata', () => on.metadata.close(id)),
      run.step('limits', () => on.driver.limits.remove(run.ctx, id)),
      run.step('storage', () => on.driver.storage.remove(run.ctx, id)),
    ]);
    const poolId = await run.step('prove', () => on.inventory.proveAbsent(id));
    on.instances.forget(id);
    return { id, absent: true, poolId };
  },
};

async function define(on: Workbench, run: TaskRun, spec: InstanceSpec): Promise<void> {
  await run.together([
    run.step('root', () => on.driver.storage.ensureRoot(run.ctx, spec)),
    run.step('ports', () => on.driver.network.ensurePorts(run.ctx, spec)),
    run.step('metadata', () => on.metadata.serve(run.ctx, spec)),
  ]);
  await run.step('define', () => on.driver.instance.ensureDefined(run.ctx, spec));
  const applied = await run.step('limits', () => on.driver.limits.apply(run.ctx, spec));
  on.instances.keep(spec, applied.degraded);
}

async function startAndWait(on: Workbench, run: TaskRun, spec: InstanceSpec): Promise<void> {
  await run.step('start', () => on.driver.instance.start(run.ctx, spec.id));
  await run.step('running', () => untilRunning(on, run, spec.id));
}

/** @throws DriverError Conflict it ended again at once; Timeout */
async function untilRunning(on: Workbench, run: TaskRun, id: VmId): Promise<void> {
  for (;;) {
    const facts = await on.driver.instance.inspect(id);
    if (facts?.phase === 'running') return;
    if (facts?.phase !== 'starting') {
      const how = facts?.exitCode === undefined ? '' : ` with exit code ${facts.exitCode}`;
      throw new DriverError('Conflict', `the instance ended as soon as it had started${how}`, { step: 'running' });
    }
    if (run.ctx.deadline.remainingMs() === 0) throw new DriverError('Timeout', 'the instance does not come up', { step: 'running' });
    await on.clock.sleep(20, run.ctx.signal);
  }
}

function stopHow(timeoutMs: number): StopHow {
  return timeoutMs === 0 ? { mode: 'kill', timeoutMs: 0 } : { mode: 'graceful', timeoutMs };
}
