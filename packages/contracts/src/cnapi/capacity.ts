import { z } from 'zod';
import { Brand } from '../brands';
import { AccountId, ImageId, ServerId, StepKey, VmId } from '../ids';
import { rpc } from '../rpc';
import { CpuPercent, Size } from '../units';

/** What an instance takes from a server. */
export const CapacityNeeds = z.object({
  cpuPercent: CpuPercent,
  memoryMiB: Size,
  diskGiB: Size,
  brand: Brand,
  nicTags: z.array(z.string()).default([]),
  image: ImageId.optional(),
  traits: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])).default({}),
  /** Only this server will do. Operators and tests. */
  server: ServerId.optional(),
});
export type CapacityNeeds = z.infer<typeof CapacityNeeds>;

/** Where an instance should or must stand, by other instances. `strict`: rather fail than disregard it. */
export const Locality = z.object({ near: z.array(VmId).default([]), far: z.array(VmId).default([]), strict: z.boolean().default(false) });
export type Locality = z.infer<typeof Locality>;

/** How a choice came about: how many servers each filter left and why the others went, and the scores of the best. */
export const PlacementExplanation = z.object({
  considered: z.number().int(),
  steps: z.array(
    z.object({ filter: z.string(), left: z.number().int(), removed: z.array(z.object({ reason: z.string(), count: z.number().int() })) }),
  ),
  best: z.array(z.object({ server: ServerId, score: z.number(), parts: z.record(z.string(), z.number()) })),
  chosen: ServerId.optional(),
  conflicts: z.number().int(),
});
export type PlacementExplanation = z.infer<typeof PlacementExplanation>;

/**
 * Chooses a server for an instance and reserves its share there, for the instance's life. Safe to repeat: the same `key` answers the
 * same server.
 * @throws InsufficientCapacity no server passes the filters; the message says which filter left none
 * @throws Fenced the key was released already
 */
export const reserveCapacity = rpc({
  subject: 'cnapi.v1.capacity.reserve',
  request: z.object({ key: StepKey, vm: VmId, owner: AccountId, needs: CapacityNeeds, locality: Locality.optional() }),
  reply: z.object({ server: ServerId }),
  timeoutMs: 5_000,
});

/** Gives back what `key` reserved and fences the key. Only after the node proved absence, or when nothing was asked of it. Safe to repeat. */
export const releaseCapacity = rpc({
  subject: 'cnapi.v1.capacity.release',
  request: z.object({ key: StepKey }),
  reply: z.object({ released: z.boolean() }),
  timeoutMs: 5_000,
});

/** Gives back all that an instance holds, once its node has proved it absent. Safe to repeat. */
export const releaseVmCapacity = rpc({
  subject: 'cnapi.v1.capacity.release-vm',
  request: z.object({ vm: VmId }),
  reply: z.object({ released: z.boolean() }),
  timeoutMs: 5_000,
});

/** What an instance may take of a server. */
export const CapacityAmounts = z.object({ cpuPercent: CpuPercent, memoryMiB: Size, diskGiB: Size });
export type CapacityAmounts = z.infer<typeof CapacityAmounts>;

/**
 * Reserves, where an instance stands, what it would need beyond what it holds there to become as large as `to`; nothing where it shrinks.
 * Given back by {@link releaseCapacity}, or made one with the rest by {@link settleCapacity}. Safe to repeat by `key`.
 * @throws InsufficientCapacity its server has not the room; the message says of what
 * @throws Fenced the key was released already @throws ResourceNotFound it holds nothing there
 */
export const reserveMoreCapacity = rpc({
  subject: 'cnapi.v1.capacity.reserve-more',
  request: z.object({ key: StepKey, vm: VmId, server: ServerId, to: CapacityAmounts }),
  reply: z.object({ server: ServerId }),
  timeoutMs: 5_000,
});

/**
 * From now on the instance holds exactly `to` under `key`, in place of all that it held on the server: what is less is given back. `to` is
 * covered by what it holds. Only after the node enforces it. Safe to repeat by `key`.
 * @throws Fenced the key was released already @throws ResourceNotFound it holds nothing there
 */
export const settleCapacity = rpc({
  subject: 'cnapi.v1.capacity.settle',
  request: z.object({ key: StepKey, vm: VmId, server: ServerId, to: CapacityAmounts }),
  reply: z.object({ settled: z.literal(true) }),
  timeoutMs: 5_000,
});

/**
 * Makes a {@link settleCapacity} undone and fences its key: the instance holds what it held before. Safe to repeat.
 * @throws InsufficientCapacity what was given back is somebody else's by now; the same call succeeds when the server has room again
 */
export const unsettleCapacity = rpc({
  subject: 'cnapi.v1.capacity.unsettle',
  request: z.object({ key: StepKey }),
  reply: z.object({ restored: z.boolean() }),
  timeoutMs: 5_000,
});

/** Why an instance stands where it stands. @throws ResourceNotFound nothing is kept about it */
export const explainPlacement = rpc({
  subject: 'cnapi.v1.capacity.explain',
  request: z.object({ vm: VmId }),
  reply: PlacementExplanation,
  timeoutMs: 5_000,
});
