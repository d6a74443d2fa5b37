// IPv4 addresses as numbers, for drawing a network as a map.

export function toNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

export function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** First and last address of `10.1.0.0/16`. */
export function rangeOf(subnet: string): { first: number; last: number } {
  const [base = '0.0.0.0', bits = '32'] = subnet.split('/');
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(toNumber(base) / size) * size;
  return { first, last: first + size - 1 };
}

/** What an address of a subnet is for by itself, whatever is kept about it; the record keeps both ends back as `broadcast`. */
export function roleOf(address: number, subnet: string): 'network' | 'broadcast' | undefined {
  const { first, last } = rangeOf(subnet);
  if (last - first < 3) return undefined; // pairs and single addresses have neither (RFC 3021)
  return address === first ? 'network' : address === last ? 'broadcast' : undefined;
}

/** Addresses drawn at once. */
export const blockSize = 256;

/** Starts of the blocks of 256 of which a network consists, from the first of its range to the last. A small network is one short block. */
export function blocksOf({ first, last }: { first: number; last: number }, most = 4096): number[] {
  const start = Math.floor(first / blockSize) * blockSize;
  const starts: number[] = [];
  for (let at = start; at <= last && starts.length < most; at += blockSize) starts.push(at);
  return starts;
}
