import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { instrumentationsWanted, type InstrumentationSpec, type RequestId, type ServerId } from '@nereid/contracts';
import { CLOCK, IDS } from '@nereid/platform';
import type { Clock, Ids } from '@nereid/ports';
import { ServerNames } from '../names/server-names';
import { LiveSet, type Live } from './live-set';
import { discreteOf, numericOf } from './want-rules';

/** Servers stop measuring when they are told nothing for two minutes. */
const renewEveryMs = 30_000;
const gatherMs = 50;

/**
 * Tells each server what it has to measure: at once when that changes, again while its frames say another revision, and now and then so that
 * it goes on. Nothing is remembered of who was told: the frames say it.
 */
@Injectable()
export class NodeWishes implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger(NodeWishes.name);
  private readonly telling = new Set<ServerId>();
  private readonly heardRevision = new Map<ServerId, number>();
  private readonly wishes = new Map<ServerId, { revision: number; instrumentations: InstrumentationSpec[] }>();
  private cancelGather: (() => void) | undefined;
  private stop: (() => void) | undefined;

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(LiveSet) private readonly live: LiveSet,
    @Inject(ServerNames) private readonly servers: ServerNames,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  onModuleInit(): void {
    this.live.onChange(() => {
      this.cancelGather ??= this.clock.after(gatherMs, () => {
        this.cancelGather = undefined;
        this.wishes.clear();
        for (const server of this.heardRevision.keys()) void this.bringInLine(server);
      });
    });
    this.stop = this.clock.every(renewEveryMs, () => {
      for (const [server, { instrumentations }] of this.wishes) if (instrumentations.length > 0) void this.say(server);
    });
  }

  onApplicationShutdown(): void {
    this.stop?.();
    this.cancelGather?.();
  }

  /** A frame says by what revision a server goes. */
  heard(server: ServerId, revision: number): void {
    this.heardRevision.set(server, revision);
    void this.bringInLine(server);
  }

  /** Servers on which an instrumentation is to be measured: a customer's where its instances stand, an operator's everywhere. */
  serversOf({ row }: Live): ReadonlySet<ServerId> {
    if (row.account === undefined) return new Set([...this.servers.all()].flatMap(([id, { state }]) => (state === 'down' ? [] : [id])));
    return new Set([...this.live.instances(row.account).values()].flatMap(({ server }) => server ?? []));
  }

  private async bringInLine(server: ServerId): Promise<void> {
    const { revision, instrumentations } = this.wishOf(server);
    const heard = this.heardRevision.get(server) ?? 0;
    if (heard === revision || (heard === 0 && instrumentations.length === 0)) return;
    await this.say(server);
  }

  private async say(server: ServerId): Promise<void> {
    if (this.telling.has(server)) return;
    this.telling.add(server);
    const caller = { kind: 'service', service: 'analytics', requestId: this.ids.random() as RequestId } as const;
    try {
      const wish = this.wishOf(server);
      await this.bus.callNode(instrumentationsWanted, server, wish, caller);
      this.heardRevision.set(server, wish.revision);
    } catch (error) {
      this.log.debug({ msg: 'a server could not be told what to measure; its frames will show that', server, err: error });
    } finally {
      this.telling.delete(server);
    }
  }

  private wishOf(server: ServerId): { revision: number; instrumentations: InstrumentationSpec[] } {
    let wish = this.wishes.get(server);
    if (!wish) {
      const instrumentations = [...this.live.all()].flatMap((live) => this.specFor(live, server) ?? []);
      // The same wish has the same revision in every process, so that several of them agree without speaking.
      const digest = createHash('sha256').update(JSON.stringify(instrumentations)).digest();
      wish = { revision: 1 + digest.readUInt32BE(0), instrumentations };
      this.wishes.set(server, wish);
    }
    return wish;
  }

  private specFor({ row }: Live, server: ServerId): InstrumentationSpec | undefined {
    const { id, module, stat, predicate, account, decomposition } = row;
    const by = discreteOf(decomposition);
    const spec = {
      ...{ id, module, stat, predicate },
      ...(by !== undefined && by !== 'hostname' && by !== 'zonename' && { by }),
      ...(numericOf(decomposition) && { distributionOf: numericOf(decomposition) }),
    };
    if (account === undefined) return spec;
    const instances = [...this.live.instances(account)].filter(([, vm]) => vm.server === server).map(([vm]) => vm);
    return instances.length === 0 ? undefined : { ...spec, instances: instances.sort() };
  }
}
