import { Injectable, Logger } from '@nestjs/common';
import type { Server, ServerId } from '@nereid/contracts';
import { Picture } from '../placement/picture';
import { toPicture } from '../servers/servers.mapper';
import { ServersRepository } from '../servers/servers.repository';
import { Leadership } from './leadership.repository';
import { Liveness } from './liveness';

/** What is told of a change of state. */
export type StateChanged = (server: ServerId, state: Server['state']) => void;

/** Writes changes of state, if this process leads. With nothing to change, a round asks the database nothing. */
@Injectable()
export class LivenessMonitor {
  private readonly log = new Logger(LivenessMonitor.name);

  constructor(
    private readonly liveness: Liveness,
    private readonly picture: Picture,
    private readonly servers: ServersRepository,
    private readonly leadership: Leadership,
  ) {}

  /** One round. Answers how many servers changed. */
  async round(changed: StateChanged): Promise<number> {
    if (!(await this.leadership.tryToLead())) return 0;
    const changes = this.liveness.judge(this.picture.allServers());
    if (changes.length === 0) return 0;
    const rows = await this.servers.transition(changes);
    for (const row of rows) {
      this.picture.put(toPicture(row));
      changed(row.id, row.state);
      const say = { server: row.id, hostname: row.hostname, state: row.state };
      if (row.state === 'up') this.log.log({ msg: 'server is back', ...say });
      else this.log.warn({ msg: 'server is silent', ...say });
    }
    return rows.length;
  }
}
