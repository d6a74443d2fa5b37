import { Inject, Injectable } from '@nestjs/common';
import { ServiceError, type Caller, type NodeFacts, type Server, ServerId, type listServers } from '@nereid/contracts';
import type { z } from 'zod';
import { Liveness } from '../liveness/liveness';
import { Picture } from '../placement/picture';
import { RATIOS } from '../tokens';
import { sellable, type Ratios } from './sellable';
import { toPicture, toServer, type ServerRow } from './servers.mapper';
import { ServersRepository, type ServerSummary } from './servers.repository';

/** What is known of servers, and what operators decide about them. */
@Injectable()
export class ServersService {
  constructor(
    private readonly servers: ServersRepository,
    private readonly picture: Picture,
    private readonly liveness: Liveness,
    @Inject(RATIOS) private readonly ratios: Ratios,
  ) {}

  /** @throws ResourceNotFound */
  async get(id: ServerId): Promise<Server> {
    return this.seen(await this.rowOf(id));
  }

  /** Servers by hostname and id; `next` is the last one's pair. */
  async list(want: z.output<typeof listServers.request>): Promise<{ items: Server[]; next?: string }> {
    const after = want.after === undefined ? undefined : cursorOf(want.after);
    const rows = await this.servers.list({ limit: want.limit, after, state: want.state, driver: want.driver });
    const last = rows.length === want.limit ? rows.at(-1) : undefined;
    return { items: rows.map((row) => this.seen(row)), ...(last && { next: `${last.hostname}/${last.id}` }) };
  }

  /** @throws NotAuthorized */
  async summarise(caller: Caller): Promise<ServerSummary> {
    mustBeOperator(caller, 'count servers');
    return this.servers.summarise();
  }

  /** Changes what an operator decides about a server. @throws ResourceNotFound @throws PreconditionFailed */
  async update(
    id: ServerId,
    change: { reserved?: boolean | undefined; traits?: Server['traits'] | undefined; ifVersion?: number | undefined },
    caller: Caller,
  ): Promise<Server> {
    mustBeOperator(caller, 'change servers');
    const row = await this.servers.update(id, { reserved: change.reserved, traits: change.traits, ifVersion: change.ifVersion }, caller);
    if (!row) {
      await this.rowOf(id);
      throw new ServiceError('PreconditionFailed', 'the server was changed meanwhile; look at it again');
    }
    this.picture.put(toPicture(row));
    return this.seen(row);
  }

  /** Takes over what a node says of itself. Answers the server if something changed. @throws ResourceNotFound it is not enrolled */
  async recordFacts(id: ServerId, facts: NodeFacts): Promise<Server | undefined> {
    this.liveness.beat(id);
    const row = await this.servers.putFacts(id, facts, sellable(facts.capacity, this.ratios));
    if (!row) {
      await this.rowOf(id);
      return undefined;
    }
    this.picture.put(toPicture(row));
    return this.seen(row);
  }

  private seen(row: ServerRow): Server {
    return toServer(row, this.liveness.lastSeenAt(row.id));
  }

  private async rowOf(id: ServerId): Promise<ServerRow> {
    const row = await this.servers.find(id);
    if (!row) throw notFound(id);
    return row;
  }
}

/** @throws NotAuthorized */
function mustBeOperator(caller: Caller, to: string): void {
  if (caller.kind !== 'operator' && caller.kind !== 'service') throw new ServiceError('NotAuthorized', `only operators may ${to}`);
}

function notFound(id: ServerId): ServiceError {
  return new ServiceError('ResourceNotFound', `server ${id} does not exist`);
}

function cursorOf(after: string): readonly [string, string] {
  const at = after.lastIndexOf('/');
  if (at < 0 || !ServerId.safeParse(after.slice(at + 1)).success)
    throw new ServiceError('InvalidArgument', 'after: is not the `next` of a page');
  return [after.slice(0, at), after.slice(at + 1)];
}
