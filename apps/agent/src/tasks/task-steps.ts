import type { NodeTaskKind } from '@nereid/contracts';
import { crashMoments, type CrashPlace } from '../ports/crash-point';

/** The steps of each kind of task, in order. `accept` and `finish` are the journal's own: the promise and the outcome. */
export const taskSteps = {
  'instance.ensure': ['image', 'root', 'ports', 'metadata', 'define', 'limits', 'start', 'running'],
  'instance.update': ['root', 'ports', 'metadata', 'define', 'limits'],
  'instance.start': ['root', 'ports', 'metadata', 'define', 'limits', 'start', 'running'],
  'instance.stop': ['stop'],
  'instance.reboot': ['root', 'ports', 'metadata', 'define', 'limits', 'reboot', 'running'],
  'instance.remove': ['process', 'ports', 'metadata', 'limits', 'storage', 'prove'],
} as const satisfies Record<NodeTaskKind, readonly string[]>;

export type StepName<K extends NodeTaskKind = NodeTaskKind> = (typeof taskSteps)[K][number];

/** Every place where the agent can be made to die, for the tests that do so at each. */
export function crashPlaces(): CrashPlace[] {
  return (Object.keys(taskSteps) as NodeTaskKind[]).flatMap((kind) => [
    `${kind}/accept/before-act` as const,
    `${kind}/accept/after-record` as const,
    ...taskSteps[kind].flatMap((step) => crashMoments.map((moment) => `${kind}/${step}/${moment}` as const)),
    `${kind}/finish/before-act` as const,
    `${kind}/finish/after-record` as const,
  ]);
}
