/** Both halves of the address at the other end of the socket `$sk`, as the kernel's memory has them: IPv4 as IPv6 has it inside. */
export const takeAddress = `$high = (uint64)0; $low = (uint64)$sk->__sk_common.skc_daddr | ((uint64)4294901760 << 32);
          if ($f == 10) {
            $six = $sk->__sk_common.skc_v6_daddr.in6_u;
            $high = ((uint64)$six.u6_addr32[0] << 32) | (uint64)$six.u6_addr32[1];
            $low = ((uint64)$six.u6_addr32[2] << 32) | (uint64)$six.u6_addr32[3]; }`;

/** Numbers and not the text that the tracing program could make: that is of another type for each kind of address. */
export const addressKey = '$high, $low';

/** The two numbers, which are printed with a sign, as an address. Source: RFC 5952 for how IPv6 is written. */
export function shownAddress(printed: string): string {
  const words = printed.split(',').flatMap((half) => {
    const value = BigInt.asUintN(64, BigInt(half));
    return [Number(value >> 32n), Number(value & 0xffffffffn)];
  });
  // Each word of 32 bits was read by a machine that keeps the lowest byte first.
  const bytes = words.flatMap((word) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24]);
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255) return bytes.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, n) => ((bytes[2 * n]! << 8) | bytes[2 * n + 1]!).toString(16));
  return shortened(groups);
}

/** The longest run of two or more noughts, the first of equals, is left out. */
function shortened(groups: readonly string[]): string {
  let [start, length] = [0, 1];
  for (let from = 0; from < groups.length; from++) {
    let to = from;
    while (groups[to] === '0') to++;
    if (to - from > length) [start, length] = [from, to - from];
  }
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}
