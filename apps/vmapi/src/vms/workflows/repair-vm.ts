import { InstanceSeen, VmId } from '@nereid/contracts';
import type { NodeTaskKind } from '@nereid/contracts';
import { type NodeTask, workflow } from '@nereid/workflow';
import { z } from 'zod';
import type { VmPorts } from './vm-ports';

/** What a node and the wanted half disagree about. `remove`: an instance that ended is still there. */
export const Repair = z.enum(['start', 'stop', 'update', 'remove']);
export type Repair = z.infer<typeof Repair>;

/**
 * Brings a node back to what is wanted, as the reconciler saw it differ. No undo: it only takes the instance where its owner wanted it,
 * and what does not succeed is seen to differ again.
 */
export const repairVm = workflow<VmPorts>()('vm.repair', z.object({ vm: VmId, repair: Repair })).step('repair', {
  output: z.object({ seen: InstanceSeen.optional() }),
  run: async ({ input: { vm, repair }, on }) => (await taskFor(vm, repair, on)) ?? {},
});

function taskFor(vm: VmId, repair: Repair, on: VmPorts): Promise<NodeTask<NodeTaskKind> | undefined> {
  switch (repair) {
    case 'start':
      return on.tasks.start(vm);
    case 'stop':
      return on.tasks.stop(vm);
    case 'update':
      return on.tasks.update(vm);
    case 'remove':
      return on.tasks.remove(vm);
  }
}
