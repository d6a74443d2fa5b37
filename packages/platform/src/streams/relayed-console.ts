import {
  aliveEveryMs,
  clientFrames,
  consoleCloseCodes,
  decodeConsoleFrame,
  encodeConsoleFrame,
  frameTypes,
  silentAfterMs,
  windowBytes,
} from '@nereid/contracts';
import type { StreamEnd } from '@nereid/bus';
import type { Clock } from '@nereid/ports';
import type { RawData, WebSocket } from 'ws';

/** A client of our own grants what it has taken in, so no more than a window waits for it. */
const waitingBytesMax = 4 * windowBytes;

/**
 * Hands frames on between a client and a node, as they are, in both directions. The credit that they carry is between those two; so nothing
 * piles up here, and who does not keep to it is closed.
 */
export class RelayedConsole {
  private lastHeardMs: number;
  private isAnswering = true;
  private readonly stopTimer: () => void;
  private isOver = false;
  private wasTypedAt = false;

  constructor(
    private readonly client: WebSocket,
    private readonly node: StreamEnd,
    private readonly clock: Clock,
    private readonly onOver: () => void,
  ) {
    this.lastHeardMs = clock.monotonicMs();
    client.on('message', (data, isBinary) => this.fromClient(data, isBinary));
    client.on('pong', () => (this.isAnswering = true));
    client.on('error', () => client.terminate());
    client.on('close', () => this.over());
    this.stopTimer = clock.every(aliveEveryMs, () => this.lookAround());
  }

  /** Lets frames flow; ends it at once when the client is gone already. */
  begin(): void {
    if (this.client.readyState !== this.client.OPEN) return this.over();
    this.client.send(encodeConsoleFrame('alive', 0));
  }

  /** Whether anything was typed since this was asked last. */
  takeTyped(): boolean {
    const { wasTypedAt } = this;
    this.wasTypedAt = false;
    return wasTypedAt;
  }

  /** A frame of the node. */
  fromNode(message: Uint8Array): void {
    this.lastHeardMs = this.clock.monotonicMs();
    if (this.isOver || message[0] === frameTypes.alive) return;
    this.client.send(message, { binary: true });
    if (message[0] === frameTypes.end) return this.close(1000, 'the session ended');
    if (this.client.bufferedAmount > waitingBytesMax) this.close(consoleCloseCodes.tooSlow, 'more was granted than is taken');
  }

  /** Ends it for both. Safe to repeat. */
  close(code: number, reason: string): void {
    if (this.isOver) return;
    this.client.close(code, reason);
    this.over();
    // A client that does not answer the closing must not hold the connection.
    this.clock.after(2_000, () => this.client.terminate());
  }

  private fromClient(data: RawData, isBinary: boolean): void {
    if (this.isOver) return;
    const message = data as Buffer;
    try {
      const type = isBinary ? decodeConsoleFrame(message).type : undefined;
      if (type === undefined || !clientFrames.has(type)) throw new Error('not a frame of a client');
      this.wasTypedAt ||= type === 'data';
    } catch {
      return this.close(consoleCloseCodes.badFrame, 'that is no frame of a client');
    }
    if (!this.node.send(message)) this.close(consoleCloseCodes.nodeSilent, 'the node cannot be reached');
  }

  private lookAround(): void {
    if (this.clock.monotonicMs() - this.lastHeardMs > silentAfterMs) {
      return this.close(consoleCloseCodes.nodeSilent, 'the node does not answer');
    }
    this.node.send(encodeConsoleFrame('alive', 0));
    if (!this.isAnswering) return this.client.terminate();
    this.isAnswering = false;
    this.client.ping();
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stopTimer();
    this.node.send(encodeConsoleFrame('hangUp', 0));
    this.node.close();
    this.onOver();
  }
}
