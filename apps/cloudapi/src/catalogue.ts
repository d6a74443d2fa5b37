import { Bus, type Stop } from '@nereid/bus';
import {
  accountHint,
  getImage,
  getPackage,
  imageHint,
  listKeys,
  listNetworks,
  networkHint,
  packageHint,
  type AccountId,
  type Caller,
  type Image,
  type ImageId,
  type Network,
  type Package,
  type SshKey,
} from '@nereid/contracts';
import { type Clock } from '@nereid/ports';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CLOCK } from '@nereid/platform';

const keptMs = 10_000;
const capacity = 5_000;

/** Answers of another service, kept until a hint says that one changed, and never longer than ten seconds. */
class Kept<Value> {
  private readonly entries = new Map<string, { value: Promise<Value>; untilMs: number }>();

  constructor(private readonly clock: Clock) {}

  get(key: string, load: () => Promise<Value>): Promise<Value> {
    const nowMs = this.clock.monotonicMs();
    const found = this.entries.get(key);
    if (found && found.untilMs > nowMs) return found.value;
    if (this.entries.size >= capacity) this.entries.clear();
    const entry = { value: load(), untilMs: nowMs + keptMs };
    this.entries.set(key, entry);
    entry.value.catch(() => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    });
    return entry.value;
  }

  clear(): void {
    this.entries.clear();
  }
}

/**
 * What a create needs to know of image, package, networks and keys, without asking four services each time. vmapi checks again what
 * must be true when it accepts.
 */
@Injectable()
export class Catalogue implements OnModuleInit, OnModuleDestroy {
  private readonly images: Kept<Image>;
  private readonly packages: Kept<Package>;
  private readonly networkLists: Kept<Network[]>;
  private readonly keyLists: Kept<SshKey[]>;
  private stops: Stop[] = [];

  constructor(
    private readonly bus: Bus,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.images = new Kept(clock);
    this.packages = new Kept(clock);
    this.networkLists = new Kept(clock);
    this.keyLists = new Kept(clock);
  }

  onModuleInit(): void {
    this.stops = [
      this.bus.onHint(imageHint, () => this.images.clear()),
      this.bus.onHint(packageHint, () => this.packages.clear()),
      this.bus.onHint(networkHint, () => this.networkLists.clear()),
      this.bus.onHint(accountHint, () => this.keyLists.clear()),
    ];
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.stops.map((stop) => stop()));
  }

  /** @throws ResourceNotFound */
  image(id: ImageId, account: AccountId, caller: Caller): Promise<Image> {
    return this.images.get(`${account}/${id}`, () => this.bus.call(getImage, { id, account }, caller));
  }

  /** By id or name. @throws ResourceNotFound */
  package(idOrName: string, account: AccountId, caller: Caller): Promise<Package> {
    return this.packages.get(`${account}/${idOrName}`, () => this.bus.call(getPackage, { idOrName, account }, caller));
  }

  networks(account: AccountId, caller: Caller): Promise<Network[]> {
    return this.networkLists.get(account, async () => (await this.bus.call(listNetworks, { account }, caller)).networks);
  }

  keys(account: AccountId, caller: Caller): Promise<SshKey[]> {
    return this.keyLists.get(account, async () => (await this.bus.call(listKeys, { account }, caller)).keys);
  }
}
