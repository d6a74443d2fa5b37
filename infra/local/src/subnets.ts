import { boxPlace } from '@nereid/infra-node-box';
import type { Installation } from './installation';
import { addressFile, firstBox, whyNoRealNode } from './node-facing-address';

/** The /24 of an installation's first network: the one that is routed to its box, or any where all servers are simulated. */
export function instanceSubnet(installation: Installation): string {
  return whyNoRealNode() === undefined ? boxPlace(installation.id, firstBox, addressFile(installation)).instanceSubnet : '10.88.64.0/24';
}
