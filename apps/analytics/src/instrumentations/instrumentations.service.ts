import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  type InstrumentationChange,
  InstrumentationWant,
  instrumentationsHint,
  processOf,
  processText,
  readValues,
  ServiceError,
  windowSeconds,
  type AccountId,
  type Caller,
  type Instrumentation,
  type InstrumentationId,
  type RequestId,
  type ServerId,
  type VmId,
} from '@nereid/contracts';
import { CLOCK, IDS } from '@nereid/platform';
import type { Clock, Ids } from '@nereid/ports';
import type { z } from 'zod';
import { ServerNames } from '../names/server-names';
import { VmNames } from '../names/vm-names';
import { Seconds } from '../windows/seconds';
import { InstrumentationsRepository } from './instrumentations.repository';
import { LiveSet, type Live } from './live-set';
import { NodeWishes } from './node-wishes';
import { checkWant, discreteOf } from './want-rules';

const tidyEveryMs = 5_000;

/** What is measured, for whom, and what came of it. */
@Injectable()
export class InstrumentationsService implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger(InstrumentationsService.name);
  private readonly read = new Set<InstrumentationId>();
  private stop: (() => void) | undefined;

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(InstrumentationsRepository) private readonly rows: InstrumentationsRepository,
    @Inject(LiveSet) private readonly live: LiveSet,
    @Inject(NodeWishes) private readonly wishes: NodeWishes,
    @Inject(Seconds) private readonly seconds: Seconds,
    @Inject(VmNames) private readonly vms: VmNames,
    @Inject(ServerNames) private readonly servers: ServerNames,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  onModuleInit(): void {
    this.stop = this.clock.every(tidyEveryMs, () => void this.tidy());
  }

  onApplicationShutdown(): void {
    this.stop?.();
  }

  /** @throws ServiceError ValidationFailed, QuotaExceeded */
  async create(account: AccountId | undefined, want: InstrumentationWant, caller: Caller): Promise<Instrumentation> {
    checkWant(want, account !== undefined);
    const row = await this.rows.insert(this.ids.random() as InstrumentationId, account, want, caller);
    if (!row) throw new ServiceError('QuotaExceeded', 'You measure 10 things, which is as many as an account may; end one of them first.');
    const live = await this.live.add(row);
    this.bus.hint(instrumentationsHint, { id: row.id });
    return this.shown(live);
  }

  /** @throws ServiceError ResourceNotFound, and what {@link create} throws */
  async clone(id: InstrumentationId, account: AccountId | undefined, change: InstrumentationChange, caller: Caller) {
    const { module, stat, predicate, decomposition, idleMaxSeconds } = (await this.mine(id, account)).row;
    const want = InstrumentationWant.parse({ module, stat, predicate, decomposition, idleMaxSeconds, ...change });
    return this.create(account, want, caller);
  }

  async get(id: InstrumentationId, account: AccountId | undefined): Promise<Instrumentation> {
    return this.shown(await this.mine(id, account));
  }

  list(account: AccountId | undefined, all: boolean): Instrumentation[] {
    const isShown = (live: Live): boolean => live.row.account === account || (account === undefined && all);
    return [...this.live.all()].filter(isShown).map((live) => this.shown(live));
  }

  /** @throws ServiceError ResourceNotFound */
  async delete(id: InstrumentationId, account: AccountId | undefined, caller: Caller): Promise<void> {
    if (!(await this.rows.delete(id, account, caller))) throw notFound(id);
    this.live.remove(id);
    this.bus.hint(instrumentationsHint, { id });
  }

  async values(request: z.output<typeof readValues.request>): Promise<z.input<typeof readValues.reply>> {
    const live = await this.mine(request.id, request.account);
    const { after, until, waitMs } = request;
    const awaited = until === undefined ? after : until - 1;
    if (awaited !== undefined) await this.seconds.until(awaited, waitMs);
    this.read.add(request.id);
    const { head } = this.seconds;
    const last = Math.min(head, until ?? head);
    const first = Math.max(last - request.seconds + 1, head - windowSeconds + 1, after === undefined ? 0 : after + 1);
    const columns = live.window.read(first, Math.max(0, last - first + 1));
    return { head, columns, names: this.namesOf(live, columns) };
  }

  private namesOf(live: Live, columns: readonly { cells: readonly { key: string }[] }[]): Record<string, string> {
    const by = discreteOf(live.row.decomposition);
    if (by !== 'hostname' && by !== 'zonename' && by !== 'pid') return {};
    const name = (key: string): string | undefined => {
      if (by === 'hostname') return this.servers.find(key as ServerId)?.hostname;
      const process = by === 'pid' ? processOf(key) : undefined;
      const alias = this.vms.find((process?.vm ?? key) as VmId)?.alias;
      return process && alias !== undefined ? `${alias}: ${processText(process.pid, process.program)}` : alias;
    };
    const keys = new Set(columns.flatMap(({ cells }) => cells.map(({ key }) => key)));
    return Object.fromEntries([...keys].flatMap((key) => (name(key) === undefined ? [] : [[key, name(key)!]])));
  }

  /** One made at another process a moment ago may not be known here yet: then the rows are read first. */
  private async mine(id: InstrumentationId, account: AccountId | undefined): Promise<Live> {
    if (!this.live.find(id)) await this.live.readAgain();
    const live = this.live.find(id);
    if (!live || (account !== undefined && live.row.account !== account)) throw notFound(id);
    return live;
  }

  private shown(live: Live): Instrumentation {
    const { account, createdAt, ...row } = live.row;
    const coverage = this.live.coverage(live, this.wishes.serversOf(live), this.seconds.now);
    return {
      ...row,
      decomposition: [...row.decomposition],
      ...(account !== undefined && { account }),
      createdAt: createdAt.toISOString(),
      // Where a customer's instances stand is not told.
      ...(account === undefined && { coverage }),
      sources: { on: coverage.filter(({ state }) => state === 'on').length, wanted: coverage.length },
    };
  }

  private async tidy(): Promise<void> {
    const caller: Caller = { kind: 'service', service: 'analytics', requestId: this.ids.random() as RequestId };
    const read = [...this.read];
    this.read.clear();
    try {
      if (read.length > 0) await this.rows.noteRead(read);
      for (const id of await this.rows.deleteIdle(caller)) {
        this.live.remove(id);
        this.bus.hint(instrumentationsHint, { id });
      }
    } catch (error) {
      for (const id of read) this.read.add(id);
      this.log.warn({ msg: 'who reads what could not be noted', err: error });
    }
  }
}

function notFound(id: string): ServiceError {
  return new ServiceError('ResourceNotFound', `There is no instrumentation ${id}.`);
}
