import { Bus } from '@nereid/bus';
import { getOperator, OperatorId, RequestId, ServiceError } from '@nereid/contracts';
import { CLOCK, IDS, LOG, type Log } from '@nereid/platform';
import type { Clock, Ids } from '@nereid/ports';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ChangeFeeds } from '../changes/change-feeds';
import { SessionsService } from './sessions.service';

const tryAgainMs = 2_000;

/**
 * A new password ends the sessions that the old one began: whoever knew it is out. Told by identity's feed while this process follows it; what it
 * missed, because it did not run or because of a gap, it asks identity for.
 */
@Injectable()
export class PasswordChanges implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private cancelRetry: (() => void) | undefined;
  private isOver = false;
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly feeds: ChangeFeeds,
    private readonly sessions: SessionsService,
    private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.feeds.onEntry(async (owner, { subject, body, resourceId, at }) => {
      if (owner !== 'identity' || subject !== 'operator.changed') return;
      if ((body as { passwordChanged?: boolean }).passwordChanged)
        await this.sessions.endBefore(OperatorId.parse(resourceId), new Date(at));
    });
    this.stopListening = this.feeds.listen({
      onChange: () => undefined,
      onResync: (owner) => {
        if (owner === 'identity') void this.catchUp();
      },
    });
  }

  onApplicationBootstrap(): void {
    void this.catchUp();
  }

  onModuleDestroy(): void {
    this.isOver = true;
    this.stopListening?.();
    this.cancelRetry?.();
  }

  /** Ends what began before its operator's password changed, as identity says now; tries until identity answers. Safe to repeat. */
  async catchUp(): Promise<void> {
    this.cancelRetry?.();
    try {
      await this.feeds.whenHeard();
      // Asked before the feed is followed, a change in between would be missed by both.
      if (this.feeds.heads().identity === undefined) throw new ServiceError('ServiceUnavailable', 'identity has not been heard yet');
      for (const operator of await this.sessions.operators()) await this.sessions.endBefore(operator, await this.changedAt(operator));
    } catch (err) {
      if (this.isOver) return;
      this.log.debug({ err }, 'passwords could not be compared with the sessions yet');
      this.cancelRetry = this.clock.after(tryAgainMs, () => void this.catchUp());
    }
  }

  /** An operator who is gone is signed in nowhere. */
  private async changedAt(id: OperatorId): Promise<Date> {
    const caller = { kind: 'service', service: 'adminapi', requestId: RequestId.parse(this.ids.random()) } as const;
    try {
      const { passwordChangedAt } = await this.bus.call(getOperator, { id }, caller);
      return new Date(passwordChangedAt ?? 0);
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'ResourceNotFound') return new Date(this.clock.nowMs());
      throw error;
    }
  }
}
