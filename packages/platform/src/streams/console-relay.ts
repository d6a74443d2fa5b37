import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Bus, type BusUse } from '@nereid/bus';
import {
  attachConsoleSession,
  consoleProtocol,
  consoleStream,
  ConsoleToken,
  encodeConsoleFrame,
  frameBytesMax,
  ServiceError,
  type Caller,
  type ServerId,
  type VmId,
} from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CLOCK } from '../tokens';
import { consoleCloseCodes, RelayedConsole } from './relayed-console';
import { acceptUpgrade, mustAskForUpgrade, offeredProtocols } from './upgrades';

/** What a door that relays consoles does on the bus. */
export const consoleRelayUse = { callsNodes: [attachConsoleSession], streams: [consoleStream] } satisfies BusUse;

/** How often those who look are asked for again. */
const lookAgainMs = 30_000;

export interface JoinedConsole {
  readonly vm: VmId;
  readonly server: ServerId;
  readonly caller: Caller;
  /** Asked now and then; when it answers false the client is let go. */
  readonly mayStay?: () => Promise<boolean>;
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
  async join(request: FastifyRequest, reply: FastifyReply, { vm, server, caller, mayStay }: JoinedConsole): Promise<void> {
    mustAskForUpgrade(request);
    const token = tokenOf(request);
    let relayed: RelayedConsole | undefined;
    /** What the node says before the client's handshake is done; no more than a window. */
    const early: Uint8Array[] = [];
    const stream = this.bus.openStream(consoleStream, server, token.split('.')[0]!, 'service', (message) => {
      if (relayed) relayed.fromNode(message);
      else early.push(message);
    });
    try {
      await this.bus.flush();
      await this.bus.callNode(attachConsoleSession, server, { vm, token }, caller);
    } catch (error) {
      stream.close();
      throw error instanceof ServiceError && error.code === 'Conflict'
        ? new ServiceError('MachineStopped', 'The instance does not run.', { cause: error })
        : error;
    }
    try {
      const client = await acceptUpgrade(request, reply, { protocols: [consoleProtocol], maxMessageBytes: frameBytesMax + 64 });
      const made = new RelayedConsole(client, stream, this.clock, () => {
        this.open.delete(made);
        stopLooking();
      });
      const stopLooking = mayStay ? this.clock.every(lookAgainMs, () => void this.lookAgain(made, mayStay)) : () => undefined;
      this.open.add(made);
      relayed = made;
      for (const message of early) made.fromNode(message);
    } catch {
      // The client is gone, and with it whoever could be told.
      stream.send(encodeConsoleFrame('hangUp', 0));
      stream.close();
    }
  }

  get count(): number {
    return this.open.size;
  }

  onModuleDestroy(): void {
    for (const relayed of this.open) relayed.close(consoleCloseCodes.goingAway, 'the door closes');
  }

  private async lookAgain(relayed: RelayedConsole, mayStay: () => Promise<boolean>): Promise<void> {
    // A database that does not answer just now signs nobody out.
    if (!(await mayStay().catch(() => true))) relayed.close(consoleCloseCodes.signedOut, 'signed out');
  }
}

function tokenOf(request: FastifyRequest): ConsoleToken {
  const offered = offeredProtocols(request).find((protocol) => protocol.startsWith('token.'));
  const token = ConsoleToken.safeParse(offered?.slice('token.'.length));
  if (!token.success)
    throw new ServiceError('InvalidCredentials', 'The token of the session is missing: offer it as the subprotocol token.<token>.');
  return token.data;
}
