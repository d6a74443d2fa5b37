import { Bus, followFeed, type FeedFollower } from '@nereid/bus';
import { ServiceError, VmChangeBody, VmId, cloudapi, listVms, type AccountId, type FeedEntry } from '@nereid/contracts';
import { CLOCK, CONFIG, IDS, LOG, acceptUpgrade, mustAskForUpgrade, type Log } from '@nereid/platform';
import type { Clock, Ids } from '@nereid/ports';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Authenticator } from '../auth/authenticator';
import { KnownKeys } from '../auth/known-keys';
import type { CloudapiConfig } from '../config';
import type { Call, Signed } from '../http/call';
import { serviceCaller } from '../service-caller';
import { AccountChanges, type ReadVms } from './account-changes';
import { ChangefeedClient } from './changefeed-client';

const { changefeedCloseCodes: closeCodes } = cloudapi;
/** How often it is asked whether those who are connected still may be. */
const lookAgainMs = 30_000;
/** How long a client waits for vmapi's feed. */
const patienceMs = 3_000;
const readLimit = 1_000;

/** Everybody who follows changes at this door. vmapi's feed is followed as long as somebody does, once for all. */
@Injectable()
export class Changefeeds implements OnModuleInit, OnModuleDestroy {
  private readonly accounts = new Map<AccountId, { readonly changes: AccountChanges; places: number }>();
  private places = 0;
  private follower: FeedFollower | undefined;
  private readonly stops: (() => void)[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly authenticator: Authenticator,
    private readonly knownKeys: KnownKeys,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(LOG) private readonly log: Log,
    @Inject(CONFIG) private readonly config: CloudapiConfig,
  ) {}

  onModuleInit(): void {
    this.stops.push(
      this.knownKeys.onDrop((account) => this.lookAgain(account)),
      this.clock.every(lookAgainMs, () => this.lookAgain(undefined)),
    );
  }

  async onModuleDestroy(): Promise<void> {
    for (const stop of this.stops) stop();
    this.closeAll(closeCodes.goingAway, 'the door closes');
    await this.follower?.close();
  }

  /**
   * Makes a changefeed of the request.
   * @throws UpgradeRequired @throws TooManyRequests the account has as many as it may @throws ServiceUnavailable vmapi's feed cannot be followed
   */
  async join({ request, reply, account: { id } }: Call<typeof cloudapi.changefeed>): Promise<void> {
    mustAskForUpgrade(request);
    const signed: Signed = request.cloud.signed!;
    const changes = this.enter(id);
    await this.mustFollow().catch((error: unknown) => {
      this.leave(id);
      throw error;
    });
    const opened = await acceptUpgrade(request, reply, { protocols: [], maxMessageBytes: cloudapi.changefeedMessageBytesMax }).catch(
      () => undefined,
    );
    if (!opened) return this.leave(id); // the client is gone, and with it whoever could be told
    const client = new ChangefeedClient(opened, this.clock, {
      mayStay: () => this.authenticator.mayStay(signed),
      mayAsk: () => this.authenticator.takeRequest(id),
      onOver: () => {
        changes.clients.delete(client);
        this.leave(id);
      },
    });
    changes.clients.add(client);
  }

  private enter(id: AccountId): AccountChanges {
    const { perAccount, inAll } = this.config.changefeeds;
    const entry = this.accounts.get(id) ?? { changes: new AccountChanges(id, this.read, this.clock, this.log), places: 0 };
    if (entry.places >= perAccount) {
      throw new ServiceError('TooManyRequests', `The account has ${perAccount} changefeeds open, which is as many as it may.`);
    }
    if (this.places >= inAll) throw new ServiceError('ServiceUnavailable', 'As many changefeeds are open as this door takes.');
    this.accounts.set(id, entry);
    entry.places++;
    this.places++;
    return entry.changes;
  }

  private leave(id: AccountId): void {
    const entry = this.accounts.get(id)!;
    if (--entry.places === 0) this.accounts.delete(id);
    if (--this.places > 0) return;
    this.follower?.close().catch((err: unknown) => this.log.debug({ err }, 'the feed could not be let go of'));
    this.follower = undefined;
  }

  /** Resolves when what changes from now on will be heard. @throws ServiceUnavailable */
  private async mustFollow(): Promise<void> {
    this.follower ??= this.follow();
    const stop = new AbortController();
    const isFollowing = await Promise.race([
      this.follower.caughtUp.then(() => true),
      this.clock.sleep(patienceMs, stop.signal).then(
        () => false,
        () => false,
      ),
    ]);
    stop.abort();
    if (!isFollowing) throw new ServiceError('ServiceUnavailable', 'Changes cannot be followed just now; try again.');
  }

  private follow(): FeedFollower {
    let hasBegun = false;
    return followFeed(this.bus, 'vmapi', {
      after: undefined,
      isEveryChange: true,
      caller: serviceCaller(this.ids),
      clock: this.clock,
      log: this.log,
      onEntry: (entry) => this.hear(entry),
      onResync: () => {
        if (hasBegun) this.closeAll(closeCodes.restarted, 'changes were missed; connect again');
        hasBegun = true;
      },
    });
  }

  /** Whose instance it is, vmapi says; nobody else hears of it. */
  private hear({ subject, resourceId, at, body }: FeedEntry): void {
    if (!subject.startsWith('vm.')) return;
    const vm = VmId.safeParse(resourceId);
    const about = VmChangeBody.safeParse(body);
    if (!vm.success || !about.success) return this.log.warn({ subject, resourceId }, 'an entry of the feed is not understood');
    this.accounts.get(about.data.owner)?.changes.take({ vm: vm.data, changed: about.data.changed, at });
  }

  private readonly read: ReadVms = async (owner, ids, states) => {
    const filter = { owner, ids: [...ids], states: [...states] };
    return (await this.bus.call(listVms, { filter, limit: readLimit }, serviceCaller(this.ids))).items;
  };

  private lookAgain(account: AccountId | undefined): void {
    const entries = account === undefined ? [...this.accounts.values()] : [this.accounts.get(account)];
    for (const entry of entries) void entry?.changes.lookAgain();
  }

  private closeAll(code: number, reason: string): void {
    for (const { changes } of [...this.accounts.values()]) changes.closeAll(code, reason);
  }
}
