import { aliveEveryMs } from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { WebSocket } from 'ws';

export interface ClientSocketOptions {
  readonly onText: (text: string) => void;
  /** It is over, whoever ended it. */
  readonly onOver: () => void;
  /** What may wait in memory for a slow reader, bytes; one that lets more pile up is closed with the code. */
  readonly mostWaitingBytes: number;
  readonly tooSlowCode: number;
}

/** How long a client may take to answer that it lives, and to answer a close. */
const silenceRounds = 4;
const farewellMs = 2_000;

/** A door's end of a WebSocket of texts: bounded towards slow readers, rid of dead ones, closed for certain. */
export class ClientSocket {
  private silentRounds = 0;
  private isOver = false;
  private readonly stopPinging: () => void;

  constructor(
    private readonly socket: WebSocket,
    private readonly clock: Clock,
    private readonly options: ClientSocketOptions,
  ) {
    socket.on('message', (data: Buffer) => {
      if (!this.isOver) options.onText(data.toString());
    });
    socket.on('pong', () => (this.silentRounds = 0));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.over());
    this.stopPinging = clock.every(aliveEveryMs, () => this.ping());
  }

  /** Nothing is kept for a client that is gone; one that reads too slowly is closed. */
  send(text: string): void {
    if (this.isOver || this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > this.options.mostWaitingBytes) this.close(this.options.tooSlowCode, 'reads too slowly');
    else this.socket.send(text);
  }

  /** Ends it. Safe to repeat. @param reason at most 123 bytes */
  close(code: number, reason: string): void {
    if (this.isOver) return;
    this.over();
    this.socket.close(code, reason);
    // A reader that does not read does not answer a close either.
    this.clock.after(farewellMs, () => this.socket.terminate());
  }

  private ping(): void {
    // It may have been closed before anybody here listened for that.
    if (this.socket.readyState === this.socket.CLOSED) return this.over();
    if (this.silentRounds++ >= silenceRounds) return this.socket.terminate();
    this.socket.ping();
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stopPinging();
    this.options.onOver();
  }
}
