import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { type Caller, listServers, RequestId, serverHint, type ServerId } from '@nereid/contracts';
import type { Clock, Ids } from '@nereid/ports';
import { CLOCK, IDS } from '@nereid/platform';

const readAgainMs = 15_000;

/**
 * Which servers are silent, as cnapi judges. In memory: hints make it quick, reading the list again makes it right. What is unknown
 * counts as up, so that without cnapi instances show what was last seen of them.
 */
@Injectable()
export class ServerStates implements OnModuleInit, OnModuleDestroy {
  private silent = new Set<ServerId>();
  private stop: (() => void) | undefined;
  private readonly log = new Logger(ServerStates.name);

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  onModuleInit(): void {
    this.bus.onHint(serverHint, ({ server, state }) => {
      if (state === 'down') this.silent.add(server);
      else this.silent.delete(server);
    });
    this.stop = this.clock.every(readAgainMs, () => void this.readAgain());
    void this.readAgain();
  }

  onModuleDestroy(): void {
    this.stop?.();
  }

  isDown(server: ServerId): boolean {
    return this.silent.has(server);
  }

  down(): ServerId[] {
    return [...this.silent];
  }

  async readAgain(): Promise<void> {
    const caller: Caller = { kind: 'service', service: 'vmapi', requestId: RequestId.parse(this.ids.random()) };
    try {
      const silent = new Set<ServerId>();
      let after: string | undefined;
      do {
        const page = await this.bus.call(listServers, { state: 'down', limit: 1000, ...(after !== undefined && { after }) }, caller);
        for (const server of page.items) silent.add(server.id);
        after = page.next;
      } while (after !== undefined);
      this.silent = silent;
    } catch (error) {
      this.log.debug({ msg: 'the list of silent servers could not be read; keeping the last', err: error });
    }
  }
}
