import { changefeedCloseCodes, vmSubResources } from '@nereid/contracts/light';
import type { cloudapi } from '@nereid/contracts';
import type { Clock } from '@nereid/ports/clock';
import { WebSocket } from 'ws';
import type { WebSocketRequest } from '../signed-connection';

export type ChangefeedMessage = cloudapi.ChangefeedMessage;

/** Why there will be no changefeed: what the door answered instead of one, or why it ended it; or why it could not even be asked. */
export interface Refusal {
  /** Of the answer; undefined where there was none. */
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  /** The answer's body, or the reason of a close. */
  readonly text: string;
  readonly cause?: unknown;
}

export interface ChangefeedListener {
  /** What was subscribed to last is told from now on: whatever is of interest should be read now. After each connection anew. */
  onLive(): void;
  /** @param text the message as it came */
  onMessage(message: ChangefeedMessage, text: string): void;
  /** Nothing is heard until the next `onLive`; it is tried again. */
  onInterrupted(why: string): void;
  /** It is over. */
  onRefused(refusal: Refusal): void;
}

export interface ChangefeedPorts {
  /** A signed request for the WebSocket; asked for at each connection. */
  readonly request: () => Promise<WebSocketRequest>;
  readonly clock: Clock;
  /** From 0 to 1: so that not all come back at the same moment. */
  readonly fraction: () => number;
}

const firstRetryMs = 250;
const longestRetryMs = 10_000;
const handshakeMs = 10_000;
const pingEveryMs = 10_000;
/** Pings without an answer after which the connection is dead, whatever the operating system believes. */
const mostUnanswered = 3;

/**
 * The changes of the account's instances, over as many connections as it takes. What changes while there is none is not told. Close it:
 * it holds the process.
 */
export class Changefeed {
  private socket: WebSocket | undefined;
  private vms: readonly string[] | undefined;
  /** Counts subscriptions; the ping behind one carries its number, and comes back when the door has taken it in. */
  private asked = 0;
  private unanswered = 0;
  private wasLive = false;
  private isOver = false;
  private retryMs = firstRetryMs;
  private cancelRetry: (() => void) | undefined;
  private readonly stopPinging: () => void;

  constructor(
    private readonly ports: ChangefeedPorts,
    private readonly listener: ChangefeedListener,
    /** Ids; undefined: all instances. */
    vms?: readonly string[],
  ) {
    this.vms = vms;
    this.stopPinging = ports.clock.every(pingEveryMs, () => this.ping());
    void this.connect();
  }

  /** Other instances than before; `onLive` tells when it holds. */
  watch(vms: readonly string[] | undefined): void {
    this.vms = vms;
    if (this.socket?.readyState === WebSocket.OPEN) this.subscribe(this.socket);
  }

  /** Safe to repeat. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stopPinging();
    this.cancelRetry?.();
    const { socket } = this;
    this.socket = undefined;
    if (socket?.readyState === WebSocket.OPEN) socket.close(1000);
    else socket?.terminate();
  }

  private async connect(): Promise<void> {
    let wanted: WebSocketRequest;
    try {
      wanted = await this.ports.request();
    } catch (cause) {
      return this.refused({ text: cause instanceof Error ? cause.message : String(cause), cause });
    }
    if (this.isOver) return;
    const { url, ...options } = wanted;
    const socket = new WebSocket(url, { ...options, handshakeTimeout: handshakeMs, perMessageDeflate: false });
    this.socket = socket;
    this.unanswered = 0;
    let problem = '';
    socket.on('open', () => this.subscribe(socket));
    socket.on('message', (data: Buffer) => this.hear(socket, data.toString()));
    socket.on('pong', (data: Buffer) => this.answered(socket, data.toString()));
    socket.on('error', ({ message }) => (problem = message)); // a close follows
    socket.on('close', (code, reason) => this.ended(socket, code, reason.toString() || problem || `code ${code}`));
    socket.on('unexpected-response', (_request, response) => {
      const { statusCode: status = 0, statusMessage: statusText = '', headers } = response;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('close', () => this.answeredOtherwise(socket, { status, statusText, headers, text: Buffer.concat(chunks).toString() }));
    });
  }

  private subscribe(socket: WebSocket): void {
    socket.send(JSON.stringify({ resource: 'vm', subResources: vmSubResources, ...(this.vms && { vms: this.vms }) }));
    socket.ping(String(++this.asked));
  }

  private answered(socket: WebSocket, data: string): void {
    if (this.socket !== socket) return;
    this.unanswered = 0;
    if (data !== String(this.asked)) return;
    this.wasLive = true;
    this.retryMs = firstRetryMs;
    this.listener.onLive();
  }

  private hear(socket: WebSocket, text: string): void {
    if (this.socket !== socket) return;
    let message: ChangefeedMessage;
    try {
      message = JSON.parse(text) as ChangefeedMessage;
    } catch {
      return socket.close(1007); // not what we speak; the next connection may be
    }
    this.listener.onMessage(message, text);
  }

  private ping(): void {
    const { socket } = this;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (this.unanswered++ >= mostUnanswered) socket.terminate();
    else socket.ping();
  }

  /** A door that has no changefeed, or none for us, says so at once; one that had some before may be starting. */
  private answeredOtherwise(socket: WebSocket, refusal: Refusal & { readonly status: number }): void {
    if (this.socket !== socket) return;
    this.socket = undefined;
    socket.terminate();
    if (!this.wasLive || refusal.status < 500) this.refused(refusal);
    else this.again(`${refusal.status} ${refusal.statusText}`);
  }

  private ended(socket: WebSocket, code: number, why: string): void {
    if (this.socket !== socket) return;
    this.socket = undefined;
    if (code === changefeedCloseCodes.signedOut || code === changefeedCloseCodes.badSubscription) this.refused({ text: why });
    else this.again(why);
  }

  private again(why: string): void {
    this.listener.onInterrupted(why);
    if (this.isOver) return;
    this.cancelRetry = this.ports.clock.after(this.retryMs * (0.5 + this.ports.fraction() / 2), () => void this.connect());
    this.retryMs = Math.min(longestRetryMs, this.retryMs * 2);
  }

  private refused(refusal: Refusal): void {
    if (this.isOver) return;
    this.close();
    this.listener.onRefused(refusal);
  }
}
