import type { Installation } from './installation';

/**
 * The /24 of an installation's instances, out of 10.0.0.0/8 and different for different installations as far as their ids differ, so that
 * two clouds on one machine can have routes to their instances side by side.
 */
export function instanceSubnet(installation: Pick<Installation, 'id'>): string {
  return `10.${firstOctet(installation.id)}.${Number.parseInt(installation.id.slice(2, 4), 16)}.0/24`;
}

/** 192 to 223: away from what homes and offices (10.0, 10.1, …) and container tools (10.42, 10.88, 10.96) use. */
function firstOctet(id: string): number {
  return 192 + (Number.parseInt(id.slice(0, 2), 16) % 32);
}
