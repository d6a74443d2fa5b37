import { InstanceSeen, NicSpec, ServerId, VmId } from '@nereid/contracts';
import { NodeTask, step, workflow } from '@nereid/workflow';
import { z } from 'zod';
import type { VmPorts } from './vm-ports';

/** Makes an accepted instance: a place and addresses side by side, then one task for the node, which also starts it. */
export const provisionVm = workflow<VmPorts>()('vm.provision', z.object({ vm: VmId }))
  .together(
    step('pick-server', {
      output: z.object({ server: ServerId }),
      run: ({ input, on, key }) => on.placement.reserve(input.vm, key),
      undo: ({ on, key }) => on.placement.release(key),
    }),
    step('reserve-nics', {
      output: z.object({ nics: z.array(NicSpec) }),
      run: ({ input, on, key }) => on.nics.reserve(input.vm, key),
      undo: ({ on, key }) => on.nics.release(key),
    }),
  )
  .step('boot', {
    // How long the node took over each of its steps is kept with the job: the first question when a create was slow.
    output: z.object({ seen: InstanceSeen, stepMs: z.record(z.string(), z.number()).optional() }),
    run: ({ input, on, done }) => on.tasks.ensure(input.vm, done['pick-server'].server, done['reserve-nics'].nics),
    // Undone before the steps above: addresses and room are given back only when the node has proved the instance absent.
    undo: ({ input, done }) => new NodeTask(done['pick-server'].server, 'instance.remove', { id: input.vm }),
  });
