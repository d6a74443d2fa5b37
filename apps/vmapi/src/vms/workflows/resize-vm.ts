import { InstanceSeen, ServerId, VmId } from '@nereid/contracts';
import { workflow } from '@nereid/workflow';
import { z } from 'zod';
import { Sizes } from '../sizes';
import type { VmPorts } from './vm-ports';

/**
 * Gives an instance other sizes where it stands: the difference is reserved, its node enforces the new limits, and only then what became
 * less is given back. The row keeps the old sizes until the run has succeeded, so that an undo has but to say again what the row says.
 *
 * Of an instance that is wanted gone nothing is undone: its destruction waits behind this run, removes it from its node and gives back all
 * that it holds. Its server may be dead, too, and would never hear of the old limits.
 */
export const resizeVm = workflow<VmPorts>()('vm.resize', z.object({ vm: VmId, to: Sizes }))
  .step('reserve-room', {
    output: z.object({ server: ServerId }),
    run: ({ input: { vm, to }, on, key }) => on.placement.reserveMore(vm, key, to),
    undo: async ({ input: { vm }, on, key }) => ((await on.isWantedGone(vm)) ? undefined : on.placement.release(key)),
  })
  .step('apply-limits', {
    output: z.object({ seen: InstanceSeen }),
    run: ({ input: { vm, to }, on }) => on.tasks.resize(vm, to),
    undo: async ({ input: { vm }, on }) => ((await on.isWantedGone(vm)) ? undefined : on.tasks.update(vm)),
  })
  .step('settle-room', {
    output: z.object({ settled: z.literal(true) }),
    run: ({ input: { vm, to }, on, key }) => on.placement.settle(vm, key, to),
    // What was given back may be somebody else's by now; then this is tried until there is room again, and operators are told.
    undo: async ({ input: { vm }, on, key }) => ((await on.isWantedGone(vm)) ? undefined : on.placement.unsettle(key)),
  });
