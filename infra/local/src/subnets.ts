import { boxesPerInstallation, boxPlace } from '@nereid/infra-node-box';
import type { Installation } from './installation';
import { addressFile, whyNoRealNode } from './node-facing-address';

/** The NIC tag, and the network of the same name, whose addresses the host routes to a box: each box has one of its own. */
export function externalOf(index: number): string {
  return index === 0 ? 'external' : `external${index + 1}`;
}

/** The NIC tags of all the boxes that there may be; reachable from this machine, and so public. */
export const externalTags: readonly string[] = Array.from({ length: boxesPerInstallation }, (_, index) => externalOf(index));

/** A NIC tag that every box carries: networks of it live on each server for itself and lead nowhere. None is there at first. */
export const internalTag = 'internal';

/**
 * The NIC tag, and the network of the same name, of simulated servers. Apart from the others where there is a real node, so that instances go
 * to that one unless asked otherwise: it is where they can be reached. Public, and by its name behind `external`, the first one.
 */
export const simulatedTag = 'simulated';

/** The NIC tags of simulated servers: `external` too where nobody else carries it. */
export function tagsOfSimulated(boxes: number): string[] {
  return boxes > 0 && whyNoRealNode() === undefined ? [simulatedTag] : [externalOf(0), simulatedTag];
}

/** A network as it is seeded. */
export interface SeededNetwork {
  readonly name: string;
  readonly nicTag: string;
  readonly subnet: string;
}

/** The first networks: one for each box, routed to it, or one of any addresses where all servers are simulated; and that of simulated servers. */
export function firstNetworks(installation: Installation, boxes: number): SeededNetwork[] {
  const canRoute = whyNoRealNode() === undefined;
  const external = Array.from({ length: canRoute ? Math.max(1, boxes) : 1 }, (_, index) => ({
    name: externalOf(index),
    nicTag: externalOf(index),
    subnet: canRoute ? boxPlace(installation.id, index, addressFile(installation)).instanceSubnet : '10.88.64.0/24',
  }));
  return [...external, { name: simulatedTag, nicTag: simulatedTag, subnet: '10.88.65.0/24' }];
}
