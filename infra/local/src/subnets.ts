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

/** A network as it is seeded. */
export interface SeededNetwork {
  readonly name: string;
  readonly nicTag: string;
  readonly subnet: string;
}

/** The first networks: one for each box, routed to it, or one of any addresses where all servers are simulated. */
export function externalNetworks(installation: Installation, boxes: number): SeededNetwork[] {
  const canRoute = whyNoRealNode() === undefined;
  return Array.from({ length: canRoute ? Math.max(1, boxes) : 1 }, (_, index) => ({
    name: externalOf(index),
    nicTag: externalOf(index),
    subnet: canRoute ? boxPlace(installation.id, index, addressFile(installation)).instanceSubnet : '10.88.64.0/24',
  }));
}
