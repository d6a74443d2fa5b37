import { Bus, followFeed, type FeedFollower } from '@nereid/bus';
import { AccountId, accountHint, resolveKey, type Account, type Caller, type SshKey } from '@nereid/contracts';
import { type Clock, type Ids } from '@nereid/ports';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { serviceCaller } from '../service-caller';
import { CLOCK, IDS } from '@nereid/platform';

export interface KnownKey {
  readonly account: Account;
  readonly key: SshKey;
}

const keptMs = 60_000;
const capacity = 20_000;

/**
 * Accounts and keys that signed lately, so that a request costs no call to identity. Identity's hint drops an account within
 * milliseconds of a change; its feed does so when a hint was lost; and nothing is older than a minute.
 */
@Injectable()
export class KnownKeys implements OnModuleInit, OnModuleDestroy {
  private readonly kept = new Map<string, KnownKey & { untilMs: number }>();
  private readonly namesByAccount = new Map<AccountId, Set<string>>();
  /** Rises with every drop: an answer that was under way meanwhile may be of before, and is not kept. */
  private drops = 0;
  private readonly dropListeners = new Set<(account: AccountId | undefined) => void>();
  private follower: FeedFollower | undefined;

  constructor(
    private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  onModuleInit(): void {
    this.bus.onHint(accountHint, ({ account }) => this.drop(account));
    this.follower = followFeed(this.bus, 'identity', {
      after: undefined,
      onEntry: ({ resourceId }) => {
        const account = AccountId.safeParse(resourceId);
        if (account.success) this.drop(account.data);
      },
      onResync: () => this.dropAll(),
      caller: this.caller(),
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.follower?.close();
  }

  /** The account and key behind a keyId. @throws InvalidCredentials unknown */
  async resolve(login: string, key: string): Promise<KnownKey> {
    const name = `${login}/${key}`;
    const found = this.kept.get(name);
    if (found && found.untilMs > this.clock.monotonicMs()) return found;
    const before = this.drops;
    const resolved = await this.bus.call(resolveKey, { login, key }, this.caller());
    if (this.drops === before) this.keep(name, resolved);
    return resolved;
  }

  /** Calls when an account, or any of its keys, may have changed; undefined is all of them. What is resolved then is new. The answer ends it. */
  onDrop(listener: (account: AccountId | undefined) => void): () => void {
    this.dropListeners.add(listener);
    return () => this.dropListeners.delete(listener);
  }

  private keep(name: string, known: KnownKey): void {
    if (this.kept.size >= capacity) this.dropAll();
    this.kept.set(name, { ...known, untilMs: this.clock.monotonicMs() + keptMs });
    const names = this.namesByAccount.get(known.account.id) ?? new Set();
    this.namesByAccount.set(known.account.id, names.add(name));
  }

  private drop(account: AccountId): void {
    this.drops++;
    for (const name of this.namesByAccount.get(account) ?? []) this.kept.delete(name);
    this.namesByAccount.delete(account);
    for (const listener of this.dropListeners) listener(account);
  }

  private dropAll(): void {
    this.drops++;
    this.kept.clear();
    this.namesByAccount.clear();
    for (const listener of this.dropListeners) listener(undefined);
  }

  private caller(): Caller {
    return serviceCaller(this.ids);
  }
}
