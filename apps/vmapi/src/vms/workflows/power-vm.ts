import { InstanceSeen, VmId } from '@nereid/contracts';
import { workflow } from '@nereid/workflow';
import { z } from 'zod';
import type { VmPorts } from './vm-ports';

const input = z.object({ vm: VmId });
const output = z.object({ seen: InstanceSeen });

// No step here has an undo: what a start, stop or reboot left half-way is a state of the instance like any other, which the node reports
// and the next request, or the reconciler, goes on from. Nothing was reserved.

/** Starts an instance with its wanted state as it is when the node is asked. */
export const startVm = workflow<VmPorts>()('vm.start', input).step('start', { output, run: ({ input: { vm }, on }) => on.tasks.start(vm) });

/** Stops it, gently first. */
export const stopVm = workflow<VmPorts>()('vm.stop', input).step('stop', { output, run: ({ input: { vm }, on }) => on.tasks.stop(vm) });

/** Stops and starts it. */
export const rebootVm = workflow<VmPorts>()('vm.reboot', input).step('reboot', {
  output,
  run: ({ input: { vm }, on }) => on.tasks.reboot(vm),
});
