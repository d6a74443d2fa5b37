import { z } from 'zod';
import type { SeenState } from '../agent/instance-seen';

/** The state of an instance as people see it. Source: CloudAPI docs, machine states. */
export const VmState = z.enum(['provisioning', 'running', 'stopping', 'stopped', 'failed', 'offline', 'unknown', 'destroyed']);
export type VmState = z.infer<typeof VmState>;

/** What the wanted half says of an instance. `gone`: it is being, or has been, destroyed. */
export const WantedPower = z.enum(['running', 'stopped', 'gone']);
export type WantedPower = z.infer<typeof WantedPower>;

export interface VmFacts {
  readonly wanted: WantedPower;
  /** What the node last reported; undefined before it has. */
  readonly seen: SeenState | undefined;
  /** Workflow of the job that runs or waits on it, if any. */
  readonly job: string | undefined;
  /** It never came to be, and nothing of it is left. */
  readonly failed: boolean;
  readonly destroyed: boolean;
  /** Its server is silent. */
  readonly serverDown: boolean;
}

/** The one place that says which state is shown: f(wanted, seen, job). */
export function vmStateShown(facts: VmFacts): VmState {
  if (facts.destroyed) return 'destroyed';
  if (facts.failed) return facts.job === 'vm.destroy' ? 'stopping' : 'failed';
  if (facts.job === 'vm.provision') return 'provisioning';
  if (facts.serverDown) return 'offline';
  if (facts.job === 'vm.destroy' || facts.job === 'vm.stop')
    return facts.seen === 'stopped' && facts.job === 'vm.stop' ? 'stopped' : 'stopping';
  switch (facts.seen) {
    case undefined:
    case 'provisioning':
      return 'provisioning';
    case 'running':
    case 'stopping':
    case 'stopped':
    case 'failed':
      return facts.seen;
    default:
      return 'unknown';
  }
}
