import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { beat, facts, getServer, listServers, serverHint, summariseServers, updateServer, type Server } from '@nereid/contracts';
import { Liveness } from '../liveness/liveness';
import { ServersService } from './servers.service';

@Injectable()
export class ServersHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly servers: ServersService,
    private readonly liveness: Liveness,
  ) {}

  onModuleInit(): void {
    this.bus.serve(getServer, ({ id }) => this.servers.get(id));
    this.bus.serve(listServers, (want) => this.servers.list(want));
    this.bus.serve(summariseServers, (_, caller) => this.servers.summarise(caller));
    this.bus.serve(updateServer, async ({ id, ...change }, caller) => {
      const server = await this.servers.update(id, change, caller);
      this.tell(server);
      return server;
    });
    // Every process hears every beat, so that any of them can lead at once.
    this.bus.onReport(beat, (server) => this.liveness.beat(server));
    this.bus.onReport(
      facts,
      async (server, body) => {
        const changed = await this.servers.recordFacts(server, body);
        if (changed) this.tell(changed);
        return { recorded: true as const };
      },
      { queue: 'cnapi' },
    );
  }

  private tell(server: Server): void {
    this.bus.hint(serverHint, { server: server.id, state: server.state });
  }
}
