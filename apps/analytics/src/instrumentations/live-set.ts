import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  instrumentationsHint,
  vmHint,
  type AccountId,
  type Coverage,
  type InstrumentationId,
  type NodeFrame,
  type ServerId,
  type VmId,
} from '@nereid/contracts';
import { CLOCK } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { VmNames, type KnownVm } from '../names/vm-names';
import { InstrumentationsRepository, type InstrumentationRow } from './instrumentations.repository';
import { discreteOf, numericOf } from './want-rules';
import { ValueWindow } from './value-window';

const readEveryMs = 5_000;
const silentAfterSeconds = 5;

export interface Live {
  readonly row: InstrumentationRow;
  readonly window: ValueWindow;
  readonly coverage: Map<ServerId, Coverage & { readonly second: number }>;
}

/**
 * The instrumentations that there are, in the memory of this process: rows read again every few seconds and when somebody says that one changed,
 * what was measured beside them. A customer's takes in nothing but cells of that customer's instances, whatever a server sends.
 */
@Injectable()
export class LiveSet implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(LiveSet.name);
  private readonly live = new Map<InstrumentationId, Live>();
  private readonly instancesOf = new Map<AccountId, ReadonlyMap<VmId, KnownVm>>();
  private readonly listeners = new Set<() => void>();
  private readonly stops: (() => unknown)[] = [];
  private reading: Promise<void> | undefined;

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(InstrumentationsRepository) private readonly rows: InstrumentationsRepository,
    @Inject(VmNames) private readonly vms: VmNames,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.stops.push(
      this.bus.onHint(instrumentationsHint, () => void this.readAgain()),
      // One of an account's instances came, went or moved: the account's instrumentations follow it.
      this.bus.onHint(vmHint, ({ owner }) => {
        if (this.instancesOf.has(owner)) void this.lookUp(owner);
      }),
      this.clock.every(readEveryMs, () => void this.readAgain()),
    );
  }

  onApplicationBootstrap(): void {
    void this.readAgain();
  }

  async onApplicationShutdown(): Promise<void> {
    for (const stop of this.stops) await stop();
  }

  /** Calls `act` when what servers have to measure may have changed. */
  onChange(act: () => void): void {
    this.listeners.add(act);
  }

  all(): Iterable<Live> {
    return this.live.values();
  }

  find(id: InstrumentationId): Live | undefined {
    return this.live.get(id);
  }

  /** Instances that a customer's instrumentations are confined to. */
  instances(account: AccountId): ReadonlyMap<VmId, KnownVm> {
    return this.instancesOf.get(account) ?? new Map();
  }

  /** Takes in what a server measured. */
  ingest(server: ServerId, second: number, { samples }: NodeFrame): void {
    for (const { id, state, reason, cells } of samples) {
      const live = this.live.get(id);
      if (!live) continue;
      const { account } = live.row;
      const mine = account === undefined ? undefined : this.instances(account);
      const believed = cells.filter(({ vm }) =>
        mine === undefined ? vm === undefined || this.vms.isOn(vm, server) : vm !== undefined && mine.get(vm)?.server === server,
      );
      live.coverage.set(server, { server, state, second, ...(reason !== '' && { reason }) });
      if (state === 'on') live.window.add(second, server, believed);
    }
  }

  /** How an instrumentation fares where it should be measured. */
  coverage(live: Live, servers: Iterable<ServerId>, now: number): Coverage[] {
    return [...servers].map((server) => {
      const known = live.coverage.get(server);
      if (!known || known.second < now - silentAfterSeconds) return { server, state: 'silent' as const };
      return { server, state: known.state, ...(known.reason !== undefined && { reason: known.reason }) };
    });
  }

  /** Reads the rows; resolves when they are what this process goes by. What was there stays when they cannot be read. */
  readAgain(): Promise<void> {
    return (this.reading ??= this.read()
      .catch((error: unknown) => this.log.warn({ msg: 'the instrumentations could not be read; keeping the last', err: error }))
      .finally(() => (this.reading = undefined)));
  }

  /** An instrumentation that was just made, before the rows are read again. */
  async add(row: InstrumentationRow): Promise<Live> {
    if (row.account !== undefined) await this.lookUp(row.account);
    const live = this.keep(row);
    this.tell();
    return live;
  }

  remove(id: InstrumentationId): void {
    if (this.live.delete(id)) this.tell();
  }

  private async read(): Promise<void> {
    const rows = await this.rows.list();
    const known = new Set(rows.map(({ id }) => id));
    const before = [...this.live.keys()].join();
    for (const id of this.live.keys()) if (!known.has(id)) this.live.delete(id);
    for (const row of rows) this.keep(row);
    const accounts = new Set(rows.flatMap(({ account }) => account ?? []));
    for (const account of this.instancesOf.keys()) if (!accounts.has(account)) this.instancesOf.delete(account);
    for (const account of accounts) if (!this.instancesOf.has(account)) await this.lookUp(account);
    if ([...this.live.keys()].join() !== before) this.tell();
  }

  private async lookUp(account: AccountId): Promise<void> {
    try {
      this.instancesOf.set(account, await this.vms.ofAccount(account));
      this.tell();
    } catch (error) {
      this.log.warn({ msg: "an account's instances could not be read", account, err: error });
    }
  }

  private keep(row: InstrumentationRow): Live {
    const known = this.live.get(row.id);
    if (known) return known;
    const window = new ValueWindow(discreteOf(row.decomposition), numericOf(row.decomposition) !== undefined);
    const made = { row, window, coverage: new Map() };
    this.live.set(row.id, made);
    return made;
  }

  private tell(): void {
    for (const act of this.listeners) act();
  }
}
