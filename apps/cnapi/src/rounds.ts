import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Bus, followFeed } from '@nereid/bus';
import { serverHint, type FeedEntry, type RequestId, type ServerId } from '@nereid/contracts';
import type { Clock, Ids } from '@nereid/ports';
import { CapacityRepository } from './capacity/capacity.repository';
import { PictureKeeper } from './capacity/picture.keeper';
import { Leadership } from './liveness/leadership.repository';
import { LivenessMonitor } from './liveness/liveness.monitor';
import type { Amounts } from './placement/picture.types';
import { CLOCK, IDS } from '@nereid/platform';

const judgeEveryMs = 500;
const refreshEveryMs = 5_000;
const tidyEveryMs = 60_000;
/** No job lives as long; a reserve later than this has no caller left. */
const tombstoneDays = 30;

/** What this process does by itself: judge silence, follow the feed, re-read what changed, tidy. */
@Injectable()
export class Rounds implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Rounds.name);
  private readonly stops: (() => void | Promise<void>)[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly keeper: PictureKeeper,
    private readonly monitor: LivenessMonitor,
    private readonly leadership: Leadership,
    private readonly reservations: CapacityRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.keeper.loaded();
    const feed = followFeed(this.bus, 'cnapi', {
      after: undefined,
      caller: { kind: 'service', service: 'cnapi', requestId: this.ids.random() as RequestId },
      clock: this.clock,
      onEntry: (entry) => this.follow(entry),
      onResync: async () => {
        await this.keeper.refresh();
        await this.keeper.recountOwners();
      },
    });
    this.stops.push(
      () => feed.close(),
      this.every(judgeEveryMs, () => this.judge()),
      this.every(refreshEveryMs, () => this.keeper.refresh()),
      this.every(tidyEveryMs, () => this.tidy()),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    for (const stop of this.stops) await stop();
    this.leadership.resign();
  }

  private judge(): Promise<number> {
    return this.monitor.round((server, state) => this.bus.hint(serverHint, { server, state }));
  }

  private async tidy(): Promise<void> {
    if (this.leadership.isMine) await this.reservations.tidy(tombstoneDays);
    await this.keeper.recountOwners();
  }

  private async follow(entry: FeedEntry): Promise<void> {
    const server = entry.resourceId as ServerId;
    const { picture } = this.keeper;
    if (entry.version <= picture.versionOf(server)) return; // our own doing, or read already
    if (entry.subject !== 'server.reserved') return this.keeper.refreshOne(server);
    const { owner, change, reserved } = entry.body as { owner: string; change: number; reserved: Amounts };
    if (picture.putReserved(server, entry.version, reserved)) picture.owners.add(owner, server, change);
  }

  /** Runs `act` again and again, never twice at once; a round that fails is told once and the next one tries anew. */
  private every(ms: number, act: () => Promise<unknown>): () => void {
    let isRunning = false;
    return this.clock.every(ms, () => {
      if (isRunning) return;
      isRunning = true;
      void act()
        .catch((error: unknown) => this.log.error({ msg: 'round failed', err: error }))
        .finally(() => (isRunning = false));
    });
  }
}
