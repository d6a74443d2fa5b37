import { invalidField, type createNetwork } from '@nereid/contracts';
import type { z } from 'zod';
import { ipv4ToNumber, isInside, numberToIpv4, parseSubnet, type Subnet } from './ipv4';

export type NetworkWant = z.infer<typeof createNetwork.request>;

/**
 * Checks what the contract's types cannot: that range and gateway lie in the subnet, in order, clear of the broadcast address.
 * @throws ValidationFailed naming the field
 */
export function checkNetwork(want: NetworkWant): Subnet {
  const subnet = parseSubnet(want.subnet);
  if (!subnet) throw invalidField('subnet', 'has bits set behind its prefix');
  if (subnet.prefixLength < 8) throw invalidField('subnet', 'is larger than /8');
  for (const field of ['provisionStart', 'provisionEnd', 'gateway'] as const) {
    const address = want[field];
    if (address === undefined) continue;
    if (!isInside(subnet, address)) throw invalidField(field, `${address} is not in ${want.subnet}`);
    if (hasBroadcast(subnet) && ipv4ToNumber(address) === subnet.last) throw invalidField(field, `${address} is the broadcast address`);
  }
  if (ipv4ToNumber(want.provisionStart) > ipv4ToNumber(want.provisionEnd)) throw invalidField('provisionEnd', 'lies before provisionStart');
  return subnet;
}

/** The addresses that no instance may get: network and broadcast address, gateway, and resolvers that lie inside. */
export function keptAddresses(want: NetworkWant, subnet: Subnet): string[] {
  const kept = new Set<string>();
  if (hasBroadcast(subnet)) kept.add(numberToIpv4(subnet.first)).add(numberToIpv4(subnet.last));
  if (want.gateway !== undefined) kept.add(want.gateway);
  for (const resolver of want.resolvers) if (isInside(subnet, resolver)) kept.add(resolver);
  return [...kept];
}

/** /31 and /32 have neither network nor broadcast address. Source: RFC 3021. */
function hasBroadcast(subnet: Subnet): boolean {
  return subnet.prefixLength < 31;
}
