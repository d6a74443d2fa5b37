import { Agent, type AgentOptions, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions, TLSSocket } from 'node:tls';

/** The TLS session that an earlier process of this user had with this very server, and a place for the next one. */
export interface KeptSession {
  read(): Buffer | undefined;
  keep(session: Buffer): void;
}

/** Longest that a door may take to resume. */
const patienceMs = 2_000;

type Done = (error: Error | null, socket: Duplex) => void;

/**
 * Goes on with the TLS session of an earlier process. Its certificate was checked then, and only that server and we know the session's secret, so a
 * session that the server resumes proves who it is; what it does not resume is thrown away unused and begun anew with the whole check. Worth it
 * because Node reads all public authorities (40 ms) before the first certificate is checked, also against an authority of one's own
 * (nodejs/node#56301), and an empty list of authorities is the one way around that.
 */
export class ResumingAgent extends Agent {
  constructor(
    options: AgentOptions,
    private readonly kept: KeptSession,
  ) {
    super(options);
  }

  override createConnection(options: RequestOptions, done: Done): Duplex | null | undefined {
    const session = this.kept.read();
    if (session === undefined) return this.checked(options);
    this.resume(options, session, done);
    return undefined;
  }

  private checked(options: RequestOptions): TLSSocket {
    const socket = super.createConnection(options) as TLSSocket;
    socket.once('session', (next: Buffer) => socket.authorized && this.kept.keep(next));
    return socket;
  }

  private resume(options: RequestOptions, session: Buffer, done: Done): void {
    const anew = (): void => done(null, this.checked(options));
    let socket: TLSSocket;
    try {
      const unchecked: RequestOptions & Pick<ConnectionOptions, 'session'> = { ...options, session, ca: [], rejectUnauthorized: false };
      socket = super.createConnection(unchecked) as TLSSocket;
    } catch {
      return anew(); // not a session at all
    }
    // Whatever went wrong, the connection with the whole check tells it; and it can be given up by its request, which knows nothing of this one.
    const giveUp = (): void => {
      socket.removeAllListeners('secureConnect').off('timeout', giveUp).off('error', giveUp);
      socket.on('error', () => undefined).destroy();
      anew();
    };
    socket.setTimeout(patienceMs).once('timeout', giveUp).once('error', giveUp);
    socket.once('secureConnect', () => {
      if (!socket.isSessionReused()) return giveUp();
      socket
        .off('timeout', giveUp)
        .off('error', giveUp)
        .setTimeout(options.timeout ?? 0);
      done(null, socket);
    });
    socket.once('session', (next: Buffer) => socket.isSessionReused() && this.kept.keep(next));
  }
}
