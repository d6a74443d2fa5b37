import type { IncomingMessage } from 'node:http';
import { Bus } from '@nereid/bus';
import { adminapi, consoleCloseCodes, consoleProtocol, getVm, RequestId, ServiceError, VmId } from '@nereid/contracts';
import { ConsoleRelay, IDS, type JoinedConsole, type RelayedConsole } from '@nereid/platform';
import type { Ids } from '@nereid/ports';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { WebSocket } from 'ws';
import type { OperatorCaller } from '../http/call';
import { WebSockets } from '../http/web-sockets';
import type { Session } from '../sessions/session';
import { SessionsService } from '../sessions/sessions.service';

/** `GET /console`: joins operators to consoles, for as long as they are signed in. */
@Injectable()
export class ConsolesGateway implements OnModuleInit {
  /** Clients by the session that they were opened in. */
  private readonly clients = new Map<RelayedConsole, string>();

  constructor(
    private readonly bus: Bus,
    private readonly sockets: WebSockets,
    private readonly sessions: SessionsService,
    private readonly relay: ConsoleRelay,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  onModuleInit(): void {
    const serve = (socket: WebSocket, session: Session, request: IncomingMessage): void => void this.join(socket, session, request);
    this.sockets.serve(adminapi.consolePath, serve, consoleProtocol);
    this.sessions.onEnd((ids) => {
      for (const [client, session] of this.clients) if (ids.includes(session)) client.close(consoleCloseCodes.signedOut, 'signed out');
    });
  }

  private async join(socket: WebSocket, session: Session, request: IncomingMessage): Promise<void> {
    const client = await this.relay.joinOpened(socket, request.headers, () => this.joined(session, request));
    if (!client) return;
    this.clients.set(client, session.id);
    socket.on('close', () => this.clients.delete(client));
    // It may have ended, or the client gone, while the node was asked.
    if (socket.readyState !== socket.OPEN) this.clients.delete(client);
    else if (!(await this.isSignedIn(session, false).catch(() => true))) client.close(consoleCloseCodes.signedOut, 'signed out');
  }

  private async joined(session: Session, request: IncomingMessage): Promise<JoinedConsole> {
    const vm = VmId.safeParse(new URL(request.url ?? '', 'http://door').searchParams.get('vm'));
    if (!vm.success) throw new ServiceError('ValidationFailed', 'vm: must be the id of an instance');
    const { operator, login } = session;
    const requestId = RequestId.parse(this.ids.random());
    const caller: OperatorCaller = { kind: 'operator', operator, login, ip: request.socket.remoteAddress, requestId };
    const { server } = await this.bus.call(getVm, { id: vm.data }, caller);
    if (server === undefined) throw new ServiceError('MachineStopped', `Instance ${vm.data} does not run; start it first.`);
    return { vm: vm.data, server, caller, mayStay: (wasTypedAt) => this.isSignedIn(session, wasTypedAt) };
  }

  /** Who types is there, though nothing else is asked of the door. */
  private async isSignedIn({ id }: Session, isUsed: boolean): Promise<boolean> {
    const isLiving = (await this.sessions.living([id])).has(id);
    if (isLiving && isUsed) await this.sessions.touch(id);
    return isLiving;
  }
}
