import { adminapi } from '@nereid/contracts';
import { CLOCK, LOG, type Log } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { WebSockets } from '../http/web-sockets';
import { SessionsService } from '../sessions/sessions.service';
import { ChangeClient } from './change-client';
import { ChangeFeeds } from './change-feeds';

/** `GET /changes`: clients, their heartbeats, and the end of their sessions. */
@Injectable()
export class ChangesGateway implements OnModuleInit, OnModuleDestroy {
  /** Clients by the session that they were opened in. */
  private readonly clients = new Map<ChangeClient, string>();
  private stopBeating: (() => void) | undefined;

  constructor(
    private readonly sockets: WebSockets,
    private readonly sessions: SessionsService,
    private readonly feeds: ChangeFeeds,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.sockets.serve(adminapi.changesPath, (socket, session) => {
      const client = new ChangeClient(socket, this.feeds, this.clock);
      this.clients.set(client, session.id);
      socket.on('close', () => this.clients.delete(client));
    });
    this.sessions.onEnd((ids) => this.signOut((session) => ids.includes(session)));
    this.stopBeating = this.clock.every(adminapi.heartbeatMs, () => void this.beat());
  }

  onModuleDestroy(): void {
    this.stopBeating?.();
  }

  /** A session may have ended by itself, or in another process of this app. */
  private async beat(): Promise<void> {
    const heads = this.feeds.heads();
    for (const client of this.clients.keys()) client.heartbeat(heads);
    if (this.clients.size === 0) return;
    try {
      const living = await this.sessions.living([...new Set(this.clients.values())]);
      this.signOut((session) => !living.has(session));
    } catch (err) {
      this.log.warn({ err }, 'sessions could not be looked at; their streams go on until the next time');
    }
  }

  private signOut(hasEnded: (session: string) => boolean): void {
    for (const [client, session] of this.clients) if (hasEnded(session)) client.close(adminapi.closeCodes.signedOut, 'signed out');
  }
}
