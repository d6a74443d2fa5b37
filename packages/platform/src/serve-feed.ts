import type { Bus, Stop } from '@nereid/bus';
import { readFeed, type FeedOwner } from '@nereid/contracts';
import { Relay, readFeedPage, type OwnerPool } from '@nereid/database';
import type { Clock } from '@nereid/ports';
import type { Log } from './log';

/** Publishes the feed of the pool's owner and answers those who missed a part. One process of the owner at a time publishes. */
export function serveFeed(pool: OwnerPool, bus: Bus, log: Log, clock: Clock): Stop {
  const owner = pool.owner as FeedOwner;
  const stopServing = bus.serve(readFeed[owner], ({ after, limit }) => readFeedPage(pool, after, limit ?? 500));
  const relay = new Relay(pool, (batch) => bus.publishFeed(owner, batch), {
    clock,
    onError: (err) => log.warn({ err }, 'the relay of the feed failed, trying again'),
  });
  relay.start();
  return async () => {
    await relay.stop();
    await stopServing();
  };
}
