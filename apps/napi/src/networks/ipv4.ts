/** An IPv4 address as a number, 0 to 2^32−1. The text is checked by the contract already. */
export function ipv4ToNumber(text: string): number {
  return text.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

export function numberToIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** A subnet's first and last address and its prefix length. */
export interface Subnet {
  readonly first: number;
  readonly last: number;
  readonly prefixLength: number;
}

/** `undefined` when the address has bits set behind the prefix (`10.0.0.1/24`). */
export function parseSubnet(cidr: string): Subnet | undefined {
  const [address, prefix] = cidr.split('/');
  const prefixLength = Number(prefix);
  const first = ipv4ToNumber(address!);
  const size = 2 ** (32 - prefixLength);
  return first % size === 0 ? { first, last: first + size - 1, prefixLength } : undefined;
}

export function isInside(subnet: Subnet, address: string): boolean {
  const value = ipv4ToNumber(address);
  return value >= subnet.first && value <= subnet.last;
}
