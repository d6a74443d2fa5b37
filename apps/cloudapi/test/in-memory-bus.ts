import { Bus, type BusStatus, type FeedListener, type Received, type Sent, type Stop } from '@nereid/bus';
import { ServiceError, fromZodError, toServiceError, type Caller, type FeedBatch, type Hint, type Rpc } from '@nereid/contracts';
import type { z } from 'zod';

type AnyHandler = (request: never, caller: Caller, received: Received) => unknown;

/** A bus inside one process: the same contracts, the same checks at both ends, no network. */
export class InMemoryBus extends Bus {
  readonly status: BusStatus = { state: 'connected', server: 'memory', reconnects: 0, inFlight: 0, waiting: 0, refused: [] };
  /** What was asked, in order. */
  readonly asked: { subject: string; request: unknown; caller: Caller }[] = [];
  private readonly handlers = new Map<string, AnyHandler>();
  private readonly feedListeners = new Map<string, Set<FeedListener>>();
  private readonly listeners = new Map<string, Set<(body: never) => unknown>>();

  async call<Request extends z.ZodType, Reply extends z.ZodType>(
    rpc: Rpc<Request, Reply>,
    request: Sent<Request>,
    caller: Caller,
  ): Promise<z.output<Reply>> {
    const handler = this.handlers.get(rpc.subject);
    if (!handler) throw new ServiceError('ServiceUnavailable', `Nobody serves ${rpc.subject}.`);
    const parsed = rpc.request.safeParse(JSON.parse(JSON.stringify(request)));
    if (!parsed.success) throw fromZodError(parsed.error, rpc.subject);
    this.asked.push({ subject: rpc.subject, request: parsed.data, caller });
    await new Promise((resolve) => setImmediate(resolve));
    try {
      const received = { requestId: caller.requestId, signal: new AbortController().signal, remainingMs: () => rpc.timeoutMs };
      const reply: unknown = await handler(parsed.data as never, caller, received);
      return rpc.reply.parse(JSON.parse(JSON.stringify(reply)));
    } catch (error) {
      throw ServiceError.fromWire(toServiceError(error).toWire());
    }
  }

  serve<Request extends z.ZodType, Reply extends z.ZodType>(
    rpc: Rpc<Request, Reply>,
    handler: (request: z.output<Request>, caller: Caller, received: Received) => Promise<Sent<Reply>> | Sent<Reply>,
  ): Stop {
    this.handlers.set(rpc.subject, handler);
    return async () => void this.handlers.delete(rpc.subject);
  }

  hint<Body extends z.ZodType>(hint: Hint<Body>, body: Sent<Body>): void {
    for (const listener of this.listeners.get(hint.subject) ?? []) listener(hint.body.parse(body) as never);
  }

  onHint<Body extends z.ZodType>(hint: Hint<Body>, handler: (body: z.output<Body>) => Promise<void> | void): Stop {
    const listeners = this.listeners.get(hint.subject) ?? new Set();
    this.listeners.set(hint.subject, listeners.add(handler));
    return async () => void listeners.delete(handler);
  }

  onFeed(owner: string, listener: FeedListener): Stop {
    const listeners = this.feedListeners.get(owner) ?? new Set();
    this.feedListeners.set(owner, listeners.add(listener));
    return async () => void listeners.delete(listener);
  }

  onReconnect(): () => void {
    return () => undefined;
  }

  publishFeed(owner: string, batch: FeedBatch): void {
    for (const listener of this.feedListeners.get(owner) ?? []) listener(JSON.parse(JSON.stringify(batch)) as FeedBatch);
  }
  async flush(): Promise<void> {}
  async close(): Promise<void> {}

  callNode(): never {
    throw new Error('a door does not speak to nodes');
  }
  serveNode(): never {
    throw new Error('a door is no node');
  }
  report(): never {
    throw new Error('a door is no node');
  }
  sendFrame(): never {
    throw new Error('a door is no node');
  }
  onFrame(): never {
    throw new Error('a door does not hear nodes');
  }
  onReport(): never {
    throw new Error('a door does not hear nodes');
  }
  openStream(): never {
    throw new Error('there are no nodes here');
  }
}
