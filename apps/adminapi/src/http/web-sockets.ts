import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { adminapi } from '@nereid/contracts';
import { CONFIG, LOG, type Log } from '@nereid/platform';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { WebSocketServer, type WebSocket } from 'ws';
import type { AdminapiConfig } from '../config';
import type { Session } from '../sessions/session';
import { SessionCookie } from '../sessions/session-cookie';
import { SessionsService } from '../sessions/sessions.service';
import { isSameOrigin } from './same-origin';

type Handler = (socket: WebSocket, session: Session, request: IncomingMessage) => void;

interface Served {
  readonly handler: Handler;
  readonly protocol: string | undefined;
}

/** Longest message that a client may send. */
const maxPayload = 64 * 1024;

/** WebSockets of this door: for pages of its own origin, in a session. Each kind registers its path. */
@Injectable()
export class WebSockets implements OnModuleInit, OnModuleDestroy {
  private readonly served = new Map<string, Served>();
  // Not compressed: what is sent is small and frequent, and compression would cost a context of 300 KB a connection.
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload,
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: (offered, request) => this.protocolOf(request, offered),
  });

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
    @Inject(CONFIG) private readonly config: AdminapiConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onModuleInit(): void {
    const http = this.host.httpAdapter.getHttpServer() as Server;
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => void this.upgrade(request, socket, head));
  }

  /** Without this the server would wait for open sockets for ever. */
  onModuleDestroy(): void {
    for (const socket of this.server.clients) socket.close(1001, 'the door closes');
    for (const socket of this.server.clients) socket.terminate();
  }

  /** Hands every WebSocket of `path` to `handler`, its session checked. @param protocol the subprotocol that is spoken there */
  serve(path: string, handler: Handler, protocol?: string): void {
    this.served.set(path, { handler, protocol });
  }

  /** Of those that are offered only the one that is spoken: others may be secrets, which are not sent back. */
  private protocolOf(request: IncomingMessage, offered: ReadonlySet<string>): string | false {
    const spoken = this.servedAt(request)?.protocol;
    return spoken !== undefined && offered.has(spoken) ? spoken : false;
  }

  private servedAt(request: IncomingMessage): Served | undefined {
    return this.served.get((request.url ?? '').split('?')[0]!);
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const served = this.servedAt(request);
    if (!served) return refuse(socket, '404 Not Found');
    // A page names its origin always; what names none is a program, which has to say that it means to be one of ours.
    const isOurs = request.headers.origin !== undefined && isSameOrigin(request, this.config.http.tls !== undefined, this.config.origins);
    if (!isOurs) return refuse(socket, '403 Forbidden');
    if (this.server.clients.size >= this.config.maxWebSockets) return refuse(socket, '503 Service Unavailable');
    try {
      const token = this.cookie.read(request.headers.cookie);
      const session = token === undefined ? undefined : await this.sessions.peek(token);
      this.server.handleUpgrade(request, socket, head, (opened) => {
        opened.on('error', () => opened.terminate());
        // Pages cannot see the status of a refused upgrade, only the code of a close.
        if (session) served.handler(opened, session, request);
        else opened.close(adminapi.closeCodes.signedOut, 'sign in');
      });
    } catch (err) {
      this.log.warn({ err }, 'a WebSocket could not be opened');
      refuse(socket, '503 Service Unavailable');
    }
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
