import type { Amounts, ServerTraits } from './picture.types';

/**
 * How much each consideration counts. Positive memory and disk weights favour the fullest server (packing), negative ones the emptiest.
 * Source: the older allocator's defaults, where ram 2, disk 1, platform 1, random 0.5.
 */
export interface Weights {
  readonly memory: number;
  readonly disk: number;
  /** Favours the newest platform; servers of one class share it. */
  readonly platform: number;
  /** Blurs the order, so that processes with the same picture do not all choose the same server. */
  readonly random: number;
}

export const defaultWeights: Weights = { memory: 2, disk: 1, platform: 1, random: 0.5 };

/** The part of a score that only the server decides, by what is reserved on it. Between 0 and the weights' sum. */
export function fillScore(weights: Weights, sellable: Readonly<Amounts>, reserved: Readonly<Amounts>, blur: number): number {
  return (
    inRange(weights.memory, share(reserved.memoryMiB, sellable.memoryMiB)) +
    inRange(weights.disk, share(reserved.diskGiB, sellable.diskGiB)) +
    weights.random * blur
  );
}

/** The part that all servers of a class share: 1 for the newest of the platforms there are, 0 for the oldest, the rest by rank. */
export function platformScore(weights: Weights, server: ServerTraits, platforms: readonly string[]): number {
  return platforms.length < 2 ? weights.platform : (weights.platform * platforms.indexOf(server.platform)) / (platforms.length - 1);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

/** A weight's sign turns the scale round, so that scores never fall below zero. */
function inRange(weight: number, fraction: number): number {
  return weight >= 0 ? weight * fraction : -weight * (1 - fraction);
}
