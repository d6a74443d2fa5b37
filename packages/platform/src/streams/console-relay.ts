import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Bus, type BusUse, type StreamEnd } from '@nereid/bus';
import {
  attachConsoleSession,
  consoleCloseCodes,
  consoleProtocol,
  consoleStream,
  ConsoleToken,
  encodeConsoleFrame,
  frameBytesMax,
  ServiceError,
  toServiceError,
  type Caller,
  type ServerId,
  type VmId,
} from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { CLOCK } from '../tokens';
import { RelayedConsole } from './relayed-console';
import { acceptUpgrade, mustAskForUpgrade, offeredProtocols } from './upgrades';

/** What a door that relays consoles does on the bus. */
export const consoleRelayUse = { callsNodes: [attachConsoleSession], streams: [consoleStream] } satisfies BusUse;

/** How often those who look are asked for again. */
const lookAgainMs = 30_000;

export interface JoinedConsole {
  readonly vm: VmId;
  readonly server: ServerId;
  readonly caller: Caller;
  /** Asked now and then, with whether anything was typed since; when it answers false the client is let go. */
  readonly mayStay?: (wasTypedAt: boolean) => Promise<boolean>;
}

/** Joins WebSockets of a door's clients to consoles on nodes. Who may is for the door to say before. */
@Injectable()
export class ConsoleRelay implements OnModuleDestroy {
  private readonly open = new Set<RelayedConsole>();

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Answers the request with a WebSocket of frames, by the token among its subprotocols (`token.<token>` beside `nereid.console.v1`).
   * @throws UpgradeRequired @throws InvalidCredentials the token @throws MachineStopped it does not run any more @throws ServiceUnavailable
   */
  async join(request: FastifyRequest, reply: FastifyReply, joined: JoinedConsole): Promise<void> {
    mustAskForUpgrade(request);
    const attached = await this.attach(tokenIn(request.headers), joined);
    try {
      const client = await acceptUpgrade(request, reply, { protocols: [consoleProtocol], maxMessageBytes: frameBytesMax + 64 });
      this.relay(client, attached, joined.mayStay);
    } catch {
      attached.hangUp(); // the client is gone, and with it whoever could be told
    }
  }

  /**
   * As `join`, for a WebSocket that is open already: what is refused it learns by the code of a close, and the error's code as its reason.
   * Answers the client as it is relayed, undefined when it was refused.
   */
  async joinOpened(
    client: WebSocket,
    headers: IncomingHttpHeaders,
    joined: () => Promise<JoinedConsole>,
  ): Promise<RelayedConsole | undefined> {
    try {
      const token = tokenIn(headers);
      const to = await joined();
      return this.relay(client, await this.attach(token, to), to.mayStay);
    } catch (error) {
      client.close(consoleCloseCodes.refused, toServiceError(error).code);
      return undefined;
    }
  }

  private async attach(token: ConsoleToken, { vm, server, caller }: JoinedConsole): Promise<Attached> {
    const attached = new Attached(this.bus, server, token);
    try {
      await this.bus.flush();
      await this.bus.callNode(attachConsoleSession, server, { vm, token }, caller);
      return attached;
    } catch (error) {
      attached.stream.close();
      throw error instanceof ServiceError && error.code === 'Conflict'
        ? new ServiceError('MachineStopped', 'The instance does not run.', { cause: error })
        : error;
    }
  }

  private relay(client: WebSocket, attached: Attached, mayStay: JoinedConsole['mayStay']): RelayedConsole {
    const made = new RelayedConsole(client, attached.stream, this.clock, () => {
      this.open.delete(made);
      stopLooking();
    });
    const stopLooking = mayStay ? this.clock.every(lookAgainMs, () => void this.lookAgain(made, mayStay)) : () => undefined;
    this.open.add(made);
    made.begin();
    attached.handOver((message) => made.fromNode(message));
    return made;
  }

  get count(): number {
    return this.open.size;
  }

  onModuleDestroy(): void {
    for (const relayed of this.open) relayed.close(consoleCloseCodes.goingAway, 'the door closes');
  }

  private async lookAgain(relayed: RelayedConsole, mayStay: (wasTypedAt: boolean) => Promise<boolean>): Promise<void> {
    // A database that does not answer just now signs nobody out.
    if (!(await mayStay(relayed.takeTyped()).catch(() => true))) relayed.close(consoleCloseCodes.signedOut, 'signed out');
  }
}

/** A session that the node has begun, and what it has said before anybody was there to hear it: no more than a window. */
class Attached {
  readonly stream: StreamEnd;
  private early: Uint8Array[] = [];
  private hear = (message: Uint8Array): void => void this.early.push(message);

  constructor(bus: Bus, server: ServerId, token: ConsoleToken) {
    this.stream = bus.openStream(consoleStream, server, token.split('.')[0]!, 'service', (message) => this.hear(message));
  }

  handOver(hear: (message: Uint8Array) => void): void {
    this.hear = hear;
    for (const message of this.early.splice(0)) hear(message);
  }

  hangUp(): void {
    this.stream.send(encodeConsoleFrame('hangUp', 0));
    this.stream.close();
  }
}

function tokenIn(headers: IncomingHttpHeaders): ConsoleToken {
  const offered = offeredProtocols(headers).find((protocol) => protocol.startsWith('token.'));
  const token = ConsoleToken.safeParse(offered?.slice('token.'.length));
  if (!token.success)
    throw new ServiceError('InvalidCredentials', 'The token of the session is missing: offer it as the subprotocol token.<token>.');
  return token.data;
}
