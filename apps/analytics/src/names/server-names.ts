import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { listServers, serverHint, type RequestId, type ServerId, type ServerState } from '@nereid/contracts';
import { CLOCK, IDS } from '@nereid/platform';
import type { Clock, Ids } from '@nereid/ports';

const readEveryMs = 30_000;

export interface KnownServer {
  readonly hostname: string;
  readonly state: ServerState;
}

/** The servers there are, as cnapi says: read now and then, and at once when one is new. */
@Injectable()
export class ServerNames implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger(ServerNames.name);
  private known = new Map<ServerId, KnownServer>();
  private reading: Promise<void> | undefined;
  private readonly stops: (() => unknown)[] = [];

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  onModuleInit(): void {
    this.stops.push(
      this.bus.onHint(serverHint, ({ server, state }) => {
        const known = this.known.get(server);
        if (known) this.known.set(server, { ...known, state });
        else void this.read();
      }),
      this.clock.every(readEveryMs, () => void this.read()),
    );
    void this.read();
  }

  async onApplicationShutdown(): Promise<void> {
    for (const stop of this.stops) await stop();
  }

  find(id: ServerId): KnownServer | undefined {
    return this.known.get(id);
  }

  all(): ReadonlyMap<ServerId, KnownServer> {
    return this.known;
  }

  /** Reads the list; what was known stays when cnapi does not answer. */
  read(): Promise<void> {
    return (this.reading ??= this.readAll()
      .catch((error: unknown) => this.log.debug({ msg: 'the list of servers could not be read; keeping the last', err: error }))
      .finally(() => (this.reading = undefined)));
  }

  private async readAll(): Promise<void> {
    const found = new Map<ServerId, KnownServer>();
    let after: string | undefined;
    do {
      const caller = { kind: 'service', service: 'analytics', requestId: this.ids.random() as RequestId } as const;
      const page = await this.bus.call(listServers, after === undefined ? {} : { after }, caller);
      for (const { id, hostname, state } of page.items) found.set(id, { hostname, state });
      after = page.next;
    } while (after !== undefined);
    this.known = found;
  }
}
