import { once } from 'node:events';
import type { cloudapi } from '@nereid/contracts';
import type { WebSocket } from 'ws';

/** A client of a changefeed: what it was told so far, and how it ended. */
export class Listener {
  readonly messages: cloudapi.ChangefeedMessage[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private wake: () => void = () => undefined;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as cloudapi.ChangefeedMessage);
      this.wake();
    });
    this.closed = new Promise((resolve) =>
      socket.once('close', (code: number, reason: Buffer) => resolve({ code, reason: reason.toString() })),
    );
  }

  /** Resolves when the subscription holds: a ping behind it is answered then. */
  async subscribe(subscription: object | string): Promise<void> {
    if (this.socket.readyState === this.socket.CONNECTING) await once(this.socket, 'open');
    this.socket.send(typeof subscription === 'string' ? subscription : JSON.stringify(subscription));
    this.socket.ping();
    await Promise.race([once(this.socket, 'pong'), this.closed]);
  }

  /** Waits until so many messages are there; the test's own time limit is the deadline. */
  async until(count: number): Promise<cloudapi.ChangefeedMessage[]> {
    while (this.messages.length < count) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.messages;
  }

  close(): Promise<unknown> {
    this.socket.close();
    return this.closed;
  }
}
