import type {
  Caller,
  FeedBatch,
  FeedOwner,
  Hint,
  NodeFrames,
  NodeReport,
  NodeRpc,
  NodeStream,
  RequestId,
  Rpc,
  ServerId,
} from '@nereid/contracts';
import type { z } from 'zod';
import type { Sent } from './sent';

export interface CallOptions {
  /** Gives up waiting when aborted; the far side is not told. */
  readonly signal?: AbortSignal;
  /** Shortens or lengthens the contract's time for this call. */
  readonly timeoutMs?: number;
}

export interface ServeOptions {
  /** Requests worked on at the same time; one more is answered `ServiceUnavailable` without touching the handler. 256 unless told. */
  readonly maxInFlight?: number;
}

/** What a handler may know of the message besides its body. */
export interface Received {
  /** From the caller's header; undefined for messages without one. */
  readonly requestId: RequestId | undefined;
  /** Aborted when the caller has stopped waiting, and when the bus closes before the handler is done. */
  readonly signal: AbortSignal;
  /** Milliseconds until the caller stops waiting. */
  remainingMs(): number;
}

export type BusState = 'connected' | 'reconnecting' | 'closed';

export interface BusStatus {
  readonly state: BusState;
  /** `host:port`, while connected. */
  readonly server: string | undefined;
  readonly reconnects: number;
  /** Requests being handled here. */
  readonly inFlight: number;
  /** Calls of ours waiting for their reply. */
  readonly waiting: number;
  /** Subjects that the credentials do not allow; never empties itself, since only new credentials help. */
  readonly refused: readonly string[];
}

/** Ends a subscription: takes no new message, lets handlers that run finish. Safe to repeat. */
export type Stop = () => Promise<void>;

export interface FeedListener {
  (batch: FeedBatch): void;
}

/** One end of a channel of bytes between a service and a node. */
export interface StreamEnd {
  /** Sends one message; false when the bus is not connected and it was dropped. */
  send(message: Uint8Array): boolean;
  /** Hears no more. Safe to repeat. */
  close(): void;
}

/**
 * Typed messages between services and nodes. Every error of a call is a ServiceError: the far side's own, or `Timeout` (no reply in
 * time, or the connection was lost meanwhile; says nothing about whether the far side acted), or `ServiceUnavailable` (nobody
 * serves the subject, the far side is full, or this bus is closed: the far side did not act). Nothing is ever sent twice.
 */
export abstract class Bus {
  abstract readonly status: BusStatus;

  /** Asks the owner of `rpc` and answers its reply. While the connection is down, waits for it within the same time. */
  abstract call<Request extends z.ZodType, Reply extends z.ZodType>(
    rpc: Rpc<Request, Reply>,
    request: Sent<Request>,
    caller: Caller,
    options?: CallOptions,
  ): Promise<z.output<Reply>>;

  /** Answers `rpc`, sharing the work with the owner's other processes (queue group = owner). */
  abstract serve<Request extends z.ZodType, Reply extends z.ZodType>(
    rpc: Rpc<Request, Reply>,
    handler: (request: z.output<Request>, caller: Caller, received: Received) => Promise<Sent<Reply>> | Sent<Reply>,
    options?: ServeOptions,
  ): Stop;

  /** Asks the agent of one server. `ServiceUnavailable` at once when that agent is not connected. */
  abstract callNode<Request extends z.ZodType, Reply extends z.ZodType>(
    rpc: NodeRpc<Request, Reply>,
    server: ServerId,
    request: Sent<Request>,
    caller: Caller,
    options?: CallOptions,
  ): Promise<z.output<Reply>>;

  /** Answers calls to the agent of `server`. Node side. */
  abstract serveNode<Request extends z.ZodType, Reply extends z.ZodType>(
    rpc: NodeRpc<Request, Reply>,
    server: ServerId,
    handler: (request: z.output<Request>, caller: Caller, received: Received) => Promise<Sent<Reply>> | Sent<Reply>,
    options?: ServeOptions,
  ): Stop;

  /**
   * Says something as a node. With a reply in the contract it waits for the acknowledgement (5 s unless told) and answers it;
   * without one it is sent once and may be lost. @throws ServiceUnavailable not connected (without reply), nobody listens (with reply)
   */
  abstract report<Body extends z.ZodType, Reply extends z.ZodType | undefined>(
    report: NodeReport<Body, Reply>,
    server: ServerId,
    body: Sent<Body>,
    options?: CallOptions,
  ): Promise<Reply extends z.ZodType ? z.output<Reply> : void>;

  /**
   * Hears a report of all nodes; `server` comes from the subject, which the node's credentials vouch for: check that the body names
   * only what is that server's. With `queue`, each report goes to one process of that queue, else to all.
   */
  abstract onReport<Body extends z.ZodType, Reply extends z.ZodType | undefined>(
    report: NodeReport<Body, Reply>,
    handler: (
      server: ServerId,
      body: z.output<Body>,
      received: Received,
    ) => Promise<Reply extends z.ZodType ? Sent<Reply> : void> | (Reply extends z.ZodType ? Sent<Reply> : void),
    options?: ServeOptions & { readonly queue?: string },
  ): Stop;

  /** Says frames as a node: sent once, lost while the connection is down. */
  abstract sendFrame<Body>(frames: NodeFrames<Body>, server: ServerId, body: Body): void;

  /** Hears the frames of all nodes; `server` as in {@link onReport}. What cannot be decoded is dropped, and logged once a server. */
  abstract onFrame<Body>(frames: NodeFrames<Body>, handler: (server: ServerId, body: Body) => void): Stop;

  /** Sends a hint; lost silently while the connection is down (hints are for speed only). */
  abstract hint<Body extends z.ZodType>(hint: Hint<Body>, body: Sent<Body>): void;

  /** Hears a hint. With `queue`, one process of the queue gets it, else all. */
  abstract onHint<Body extends z.ZodType>(
    hint: Hint<Body>,
    handler: (body: z.output<Body>) => Promise<void> | void,
    options?: { readonly queue?: string },
  ): Stop;

  /** Publishes a batch of an owner's feed. Lost while the connection is down: followers see the gap and read it. */
  abstract publishFeed(owner: FeedOwner, batch: FeedBatch): void;

  /** Hears an owner's feed as published, gaps included; `followFeed` is what services want. */
  abstract onFeed(owner: FeedOwner, listener: FeedListener): Stop;

  /**
   * A channel of bytes with a node, seen from `side`. Messages come in the order in which they were sent; what is sent while a connection is down is
   * lost, and so is what nobody listens for: who needs to know numbers them. `flush` before the far end begins to send.
   */
  abstract openStream(
    stream: NodeStream,
    server: ServerId,
    channel: string,
    side: 'service' | 'node',
    onMessage: (message: Uint8Array) => void,
  ): StreamEnd;

  /** Calls `act` whenever the connection is back after a loss; the answer ends that. */
  abstract onReconnect(act: () => void): () => void;

  /** Resolves when the server has taken everything sent so far, subscriptions included. @throws Error a subscription was refused */
  abstract flush(): Promise<void>;

  /** Takes no new work, lets running handlers finish (at most `drainMs`, 10 s unless told), then disconnects. Safe to repeat. */
  abstract close(options?: { readonly drainMs?: number }): Promise<void>;
}
