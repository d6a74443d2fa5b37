import { createHash } from 'node:crypto';

/** What an interface is for, as the second letter of its name. */
export type InterfaceRole = /** host's end of an instance's veth */ 'v' | /** a network's bridge */ 'b';

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * The name of an interface: `n`, role, 13 base32 digits of sha256(installation, uuid, slot): 15 characters, as many as Linux allows, the
 * same each time. The full UUID goes into the interface's alias. Source: docs/architecture.md §4.
 */
export function interfaceName(role: InterfaceRole, installation: string, uuid: string, slot: number | string): string {
  const digest = createHash('sha256').update(`${installation}/${uuid}/${slot}`).digest();
  let bits = 0n;
  for (const byte of digest.subarray(0, 9)) bits = (bits << 8n) | BigInt(byte);
  let digits = '';
  for (let i = 0; i < 13; i++) digits += base32[Number((bits >> BigInt(72 - 5 * (i + 1))) & 31n)];
  return `n${role}${digits}`;
}

/** The name of an instance's network namespace, a file under /run/netns. */
export function namespaceName(installation: string, uuid: string): string {
  return `nereid-${installation}-${uuid}`;
}

/** The instance of a network namespace of this installation, or undefined. */
export function instanceOfNamespace(installation: string, name: string): string | undefined {
  const prefix = `nereid-${installation}-`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}
