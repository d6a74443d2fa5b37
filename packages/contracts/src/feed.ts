import { z } from 'zod';
import { rpc, type FeedOwner } from './rpc';

/**
 * One change of one object, in the order of commits: `seq` is dense, so a subscriber sees its own gaps. Consumers keep the highest
 * `version` per object. Published on `<owner>.v1.feed`; the newest is repeated every second.
 */
export const FeedEntry = z.object({
  seq: z.number().int().positive(),
  /** What changed, as `<resource>.<event>`: `vm.changed`, `vm.destroyed`, `server.changed`. */
  subject: z.string(),
  resourceId: z.string(),
  version: z.number().int(),
  at: z.iso.datetime(),
  body: z.unknown(),
});
export type FeedEntry = z.infer<typeof FeedEntry>;

/** A batch as published. `head` is the newest seq of the feed, also when `entries` is empty. */
export const FeedBatch = z.object({ head: z.number().int().nonnegative(), entries: z.array(FeedEntry) });
export type FeedBatch = z.infer<typeof FeedBatch>;

export function feedSubject(owner: FeedOwner): string {
  return `${owner}.v1.feed`;
}

function feedRead(owner: FeedOwner) {
  return rpc({
    subject: `${owner}.v1.feed.read`,
    request: z.object({ after: z.number().int().nonnegative(), limit: z.number().int().min(1).max(1000).default(500) }),
    /** `resync: true` when `after` is older than the 24 h that are kept: read the objects themselves, then follow from `head`. */
    reply: z.object({ head: z.number().int().nonnegative(), resync: z.boolean(), entries: z.array(FeedEntry) }),
    timeoutMs: 5_000,
  });
}

/** Reads an owner's feed after a gap. Safe to repeat. */
export const readFeed = {
  identity: feedRead('identity'),
  vmapi: feedRead('vmapi'),
  cnapi: feedRead('cnapi'),
  napi: feedRead('napi'),
  imgapi: feedRead('imgapi'),
} as const satisfies Record<FeedOwner, unknown>;
