import { OwnerPool, Relay } from '@nereid/database';
import { CLOCK, LOG, type Log } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

/**
 * Seals the audit of sign-ins, as the relays of the other owners seal theirs. This owner has no feed, and so nothing is published; one process
 * at a time seals.
 */
@Injectable()
export class AuditSealing implements OnModuleInit, OnApplicationShutdown {
  private readonly relay: Relay;

  constructor(pool: OwnerPool, @Inject(CLOCK) clock: Clock, @Inject(LOG) log: Log) {
    this.relay = new Relay(pool, () => undefined, {
      clock,
      onError: (err) => log.warn({ err }, 'the audit could not be sealed, trying again'),
    });
  }

  onModuleInit(): void {
    this.relay.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.relay.stop();
  }
}
