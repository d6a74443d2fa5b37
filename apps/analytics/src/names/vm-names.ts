import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { listVms, vmHint, type AccountId, type Caller, type RequestId, type ServerId, type Vm, type VmId } from '@nereid/contracts';
import { CLOCK, IDS } from '@nereid/platform';
import type { Clock, Ids } from '@nereid/ports';
import { SETTINGS, type AnalyticsSettings } from '../tokens';

const askEveryMs = 500;
const perCall = 500;
/** Of what vmapi did not know, it is asked again so often; a server may be ahead of the row. */
const askAgainMs = 10_000;
const forgetAfterMs = 900_000;

export interface KnownVm {
  readonly owner: AccountId;
  readonly alias: string;
  readonly server: ServerId | undefined;
}

/** Whose an instance is, on which server it stands, and what it is called: as vmapi says, remembered, and asked in batches when needed. */
@Injectable()
export class VmNames implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger(VmNames.name);
  private readonly known = new Map<VmId, { readonly vm: KnownVm | undefined; readonly askedAtMs: number; usedAtMs: number }>();
  private readonly wanted = new Set<VmId>();
  private isAsking = false;
  private readonly stops: (() => unknown)[] = [];

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(SETTINGS) private readonly settings: AnalyticsSettings,
  ) {}

  onModuleInit(): void {
    this.stops.push(
      this.bus.onHint(vmHint, ({ vm }) => {
        if (this.known.has(vm)) this.wanted.add(vm);
      }),
      this.clock.every(askEveryMs, () => void this.ask()),
      this.clock.every(60_000, () => this.forgetUnused()),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    for (const stop of this.stops) await stop();
  }

  /** A server may speak of any number of instances that do not exist; it must not fill our memory with them. */
  private get hasRoom(): boolean {
    return this.known.size + this.wanted.size < 2 * this.settings.maxObjects;
  }

  /** What is known now; what is not is asked, for the next time. */
  find(id: VmId): KnownVm | undefined {
    const now = this.clock.monotonicMs();
    const entry = this.known.get(id);
    if (entry ? entry.vm?.server === undefined && now - entry.askedAtMs > askAgainMs : this.hasRoom) this.wanted.add(id);
    if (entry) entry.usedAtMs = now;
    return entry?.vm;
  }

  /** One instance, asked now when it is not known. @throws ServiceError vmapi does not answer */
  async get(id: VmId): Promise<KnownVm | undefined> {
    const known = this.find(id);
    if (known) return known;
    const { items } = await this.bus.call(listVms, { filter: { ids: [id] } }, this.caller());
    return items[0] && this.keep(items[0]);
  }

  /** Whether vmapi placed the instance on this server. */
  isOn(id: VmId, server: ServerId): boolean {
    return this.find(id)?.server === server;
  }

  /** All living instances of an account, as vmapi says now. @throws ServiceError it does not answer */
  async ofAccount(owner: AccountId): Promise<ReadonlyMap<VmId, KnownVm>> {
    const found = new Map<VmId, KnownVm>();
    let after: string | undefined;
    do {
      const page = await this.bus.call(listVms, { filter: { owner }, ...(after !== undefined && { after }) }, this.caller());
      for (const vm of page.items) found.set(vm.id, this.keep(vm));
      after = page.next;
    } while (after !== undefined);
    return found;
  }

  private async ask(): Promise<void> {
    if (this.isAsking || this.wanted.size === 0) return;
    this.isAsking = true;
    const ids = [...this.wanted].slice(0, perCall);
    for (const id of ids) this.wanted.delete(id);
    try {
      const { items } = await this.bus.call(listVms, { filter: { ids }, limit: perCall }, this.caller());
      const now = this.clock.monotonicMs();
      for (const id of ids) this.known.set(id, { vm: undefined, askedAtMs: now, usedAtMs: now });
      for (const vm of items) this.keep(vm);
    } catch (error) {
      for (const id of ids) this.wanted.add(id);
      this.log.debug({ msg: 'vmapi did not say whose instances are; asking again', err: error });
    } finally {
      this.isAsking = false;
    }
  }

  private keep({ id, owner, alias, server }: Vm): KnownVm {
    const now = this.clock.monotonicMs();
    const vm = { owner, alias, server };
    this.known.set(id, { vm, askedAtMs: now, usedAtMs: now });
    return vm;
  }

  private forgetUnused(): void {
    const before = this.clock.monotonicMs() - forgetAfterMs;
    for (const [id, { usedAtMs }] of this.known) if (usedAtMs < before) this.known.delete(id);
  }

  private caller(): Caller {
    return { kind: 'service', service: 'analytics', requestId: this.ids.random() as RequestId };
  }
}
