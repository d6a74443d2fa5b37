import type { Stop } from '@nereid/bus';
import { Relay, type OwnerPool } from '@nereid/database';
import type { Clock } from '@nereid/ports';
import type { Log } from './log';

/**
 * Seals the audit of an owner that has no feed, as the relay of a feed does beside its work: nothing is published. One process of the owner at a
 * time seals.
 */
export function sealAudit(pool: OwnerPool, log: Log, clock: Clock): Stop {
  const relay = new Relay(pool, () => undefined, {
    clock,
    onError: (err) => log.warn({ err }, 'the audit could not be sealed, trying again'),
  });
  relay.start();
  return () => relay.stop();
}
