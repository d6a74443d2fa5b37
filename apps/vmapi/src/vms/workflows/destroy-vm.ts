import { VmId } from '@nereid/contracts';
import { step, workflow } from '@nereid/workflow';
import { z } from 'zod';
import type { VmPorts } from './vm-ports';

const input = z.object({ vm: VmId });
const nothing = z.object({});

// No undo anywhere here: what is destroyed stays so. A run that fails or is cancelled leaves an instance that is wanted gone, and a later
// run begins at the start; every step is safe to repeat.
const releaseNics = step('release-nics', {
  output: nothing,
  run: async ({ input: { vm }, on }: { input: { vm: VmId }; on: VmPorts }) => {
    await on.nics.releaseVm(vm);
    return {};
  },
});
const releaseCapacity = step('release-capacity', {
  output: nothing,
  run: async ({ input: { vm }, on }: { input: { vm: VmId }; on: VmPorts }) => {
    await on.placement.releaseVm(vm);
    return {};
  },
});

/** Destroys an instance: the node removes it and proves it absent, and only then its addresses and its room are given back. */
export const destroyVm = workflow<VmPorts>()('vm.destroy', input)
  .step('remove', {
    output: z.object({ absent: z.literal(true) }),
    // It never stood on a server: its provisioning failed or was cancelled, and that undo proved it absent.
    run: async ({ input: { vm }, on }) => (await on.tasks.remove(vm)) ?? { absent: true as const },
  })
  .together(releaseNics, releaseCapacity);

/**
 * Frees what is kept of an instance whose server is dead, by an operator's word and without the node's. When the server comes back all
 * the same, its first complete report shows the instance, and the reconciler has it removed there.
 */
export const forgetVm = workflow<VmPorts>()('vm.forget', input).together(releaseNics, releaseCapacity);
