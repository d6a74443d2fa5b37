import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** The addresses of one installation's boxes on this machine. */
export interface BoxAddresses {
  /** The host's end of every box's link: where the bus is reached from inside. */
  readonly host: string;
  /** A box's own end of its link. */
  node(index: number): string;
  /** The /24 that a box's instances live in. The box routes it; its gateway is the first address. */
  instanceSubnet(index: number): string;
}

/** Boxes that one installation may have: as many as /24s fit into its /20 beside the links' own. */
export const boxesPerInstallation = 15;

/**
 * A /20 of 10.0.0.0/8 for an installation: always the same, once chosen, by `stateFile`; first tried is one that follows from the
 * installation's id, and it never overlaps a route that this machine has.
 * @throws Error no range of 10.0.0.0/8 is free
 */
export function boxAddresses(installation: string, stateFile: string): BoxAddresses {
  const base = existsSync(stateFile) ? toNumber(readFileSync(stateFile, 'utf8').trim()) : chooseRange(installation, stateFile);
  return {
    host: toText(base + 1),
    node: (index) => toText(base + 2 + checked(index)),
    instanceSubnet: (index) => `${toText(base + 256 * (checked(index) + 1))}/24`,
  };
}

function chooseRange(installation: string, stateFile: string): number {
  const taken = routedRanges();
  const first = createHash('sha256').update(installation).digest().readUInt16BE(0) & 0xfff;
  for (let tries = 0; tries < 4096; tries++) {
    // 10.0.0.0/20 and its like are what home and office routers use; the upper half is quieter.
    const base = toNumber('10.0.0.0') + (0x800 | ((first + tries) & 0x7ff)) * 4096;
    if (taken.some(([from, to]) => base <= to && base + 4095 >= from)) continue;
    writeFileSync(`${stateFile}.new`, toText(base));
    renameSync(`${stateFile}.new`, stateFile);
    return base;
  }
  throw new Error('no private network is free for the boxes on this machine');
}

/** First and last address of every route but the default one. */
function routedRanges(): [number, number][] {
  const routes = JSON.parse(execFileSync('ip', ['-j', '-4', 'route', 'show', 'table', 'all'], { encoding: 'utf8' })) as { dst: string }[];
  return routes.flatMap(({ dst }) => {
    if (dst === 'default') return [];
    const [address, length] = dst.split('/');
    const size = 2 ** (32 - Number(length ?? 32));
    const from = toNumber(address!);
    return [[from, from + size - 1] as [number, number]];
  });
}

function checked(index: number): number {
  if (!Number.isInteger(index) || index < 0 || index >= boxesPerInstallation) throw new Error(`no box has the number ${index}`);
  return index;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
