import {
  FeedBatch,
  ServerId,
  ServiceError,
  feedSubject,
  fromNodeSubject,
  nodeReportSubject,
  nodeRpcSubject,
  toNodeSubject,
  type Caller,
  type FeedOwner,
  type Hint,
  type NodeFrames,
  type NodeReport,
  type NodeRpc,
  type NodeStream,
  type Rpc,
} from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import { PermissionViolationError, type Msg, type MsgHdrs, type NatsConnection, type Subscription } from '@nats-io/nats-core';
import type { z } from 'zod';
import { checked, openReply, parseBody } from './bodies';
import {
  Bus,
  type BusState,
  type BusStatus,
  type CallOptions,
  type FeedListener,
  type Received,
  type ServeOptions,
  type Stop,
  type StreamEnd,
} from './bus';
import { Handling, type Work } from './handling';
import { callHeaders, callerOf } from './headers';
import type { BusHooks, BusLog, Hop } from './hooks';
import { PendingCalls } from './pending-calls';
import type { Sent } from './sent';

const usualInFlight = 256;
/** Reports come in bursts from all nodes at once, and each costs little. */
const usualReportsInFlight = 1024;
const acknowledgementMs = 5_000;

/** What `onReconnect` and `call` need to know of the connection; kept here, since the library's status is a stream without memory. */
export class NatsBus extends Bus {
  private state: BusState = 'connected';
  private reconnects = 0;
  private readonly refused = new Set<string>();
  private readonly pending: PendingCalls;
  private readonly handling: Handling;
  private readonly subscriptions = new Set<Subscription>();
  private readonly whenConnected = new Set<() => void>();
  private readonly reconnectListeners = new Set<() => void>();
  private closing: Promise<void> | undefined;

  /** @param inbox reply subjects are `<inbox>.<token>`; its prefix is what the credentials let this program subscribe to */
  constructor(
    private readonly connection: NatsConnection,
    private readonly inbox: string,
    private readonly clock: Clock,
    private readonly log: BusLog,
    private readonly hooks: BusHooks,
  ) {
    super();
    this.pending = new PendingCalls(clock);
    this.handling = new Handling(clock, log, hooks);
    connection.subscribe(`${inbox}.*`, { callback: (err, message) => (err ? undefined : this.pending.onReply(message)) });
    void this.watch();
  }

  get status(): BusStatus {
    return {
      state: this.state,
      server: this.state === 'connected' ? this.connection.getServer() : undefined,
      reconnects: this.reconnects,
      inFlight: this.handling.inFlight,
      waiting: this.pending.size,
      refused: [...this.refused],
    };
  }

  async call<Request extends z.ZodType, Reply extends z.ZodType>(
    rpc: Rpc<Request, Reply>,
    request: Sent<Request>,
    caller: Caller,
    options: CallOptions = {},
  ): Promise<z.output<Reply>> {
    const body = JSON.stringify(checked(rpc.request, request, rpc.subject));
    const timeoutMs = options.timeoutMs ?? rpc.timeoutMs;
    const reply = await this.ask(rpc.subject, rpc.subject, body, timeoutMs, options.signal, (left) => callHeaders(caller, left));
    return this.checkedReply(rpc.reply, reply, rpc.subject);
  }

  async callNode<Request extends z.ZodType, Reply extends z.ZodType>(
    rpc: NodeRpc<Request, Reply>,
    server: ServerId,
    request: Sent<Request>,
    caller: Caller,
    options: CallOptions = {},
  ): Promise<z.output<Reply>> {
    const label = nodeRpcSubject(rpc, '*');
    const body = JSON.stringify(checked(rpc.request, request, label));
    const timeoutMs = options.timeoutMs ?? rpc.timeoutMs;
    const reply = await this.ask(nodeRpcSubject(rpc, server), label, body, timeoutMs, options.signal, (left) => callHeaders(caller, left));
    return this.checkedReply(rpc.reply, reply, label);
  }

  serve<Request extends z.ZodType, Reply extends z.ZodType>(
    rpc: Rpc<Request, Reply>,
    handler: (request: z.output<Request>, caller: Caller, received: Received) => Promise<Sent<Reply>> | Sent<Reply>,
    options: ServeOptions = {},
  ): Stop {
    return this.subscribe(
      rpc.subject,
      {
        label: rpc.subject,
        maxInFlight: options.maxInFlight ?? usualInFlight,
        defaultMs: rpc.timeoutMs,
        callerOf,
        run: (message, caller, received) => handler(checked(rpc.request, parseBody(message.data), rpc.subject), caller!, received),
      },
      rpc.owner,
    );
  }

  serveNode<Request extends z.ZodType, Reply extends z.ZodType>(
    rpc: NodeRpc<Request, Reply>,
    server: ServerId,
    handler: (request: z.output<Request>, caller: Caller, received: Received) => Promise<Sent<Reply>> | Sent<Reply>,
    options: ServeOptions = {},
  ): Stop {
    const label = nodeRpcSubject(rpc, '*');
    return this.subscribe(nodeRpcSubject(rpc, server), {
      label,
      maxInFlight: options.maxInFlight ?? usualInFlight,
      defaultMs: rpc.timeoutMs,
      callerOf,
      run: (message, caller, received) => handler(checked(rpc.request, parseBody(message.data), label), caller!, received),
    });
  }

  async report<Body extends z.ZodType, Reply extends z.ZodType | undefined>(
    report: NodeReport<Body, Reply>,
    server: ServerId,
    body: Sent<Body>,
    options: CallOptions = {},
  ): Promise<Reply extends z.ZodType ? z.output<Reply> : void> {
    type Answer = Reply extends z.ZodType ? z.output<Reply> : void;
    const subject = nodeReportSubject(report, server);
    const label = nodeReportSubject(report, '*');
    const text = JSON.stringify(checked(report.body, body, label));
    if (!report.reply) {
      if (!this.publish(subject, label, text)) throw new ServiceError('ServiceUnavailable', 'The bus is not connected.');
      return undefined as Answer;
    }
    const reply = await this.ask(subject, label, text, options.timeoutMs ?? acknowledgementMs, options.signal, () => undefined);
    return this.checkedReply(report.reply, reply, label) as Answer;
  }

  onReport<Body extends z.ZodType, Reply extends z.ZodType | undefined>(
    report: NodeReport<Body, Reply>,
    handler: (server: ServerId, body: z.output<Body>, received: Received) => unknown,
    options: ServeOptions & { readonly queue?: string } = {},
  ): Stop {
    const label = nodeReportSubject(report, '*');
    const run: Work['run'] = (message, _caller, received) =>
      handler(ServerId.parse(message.subject.split('.')[2]), checked(report.body, parseBody(message.data), label), received);
    const maxInFlight = options.maxInFlight ?? usualReportsInFlight;
    return this.subscribe(label, { label, maxInFlight, defaultMs: acknowledgementMs, callerOf: () => undefined, run }, options.queue);
  }

  sendFrame<Body>(frames: NodeFrames<Body>, server: ServerId, body: Body): void {
    this.publish(nodeReportSubject(frames, server), nodeReportSubject(frames, '*'), frames.encode(body));
  }

  onFrame<Body>(frames: NodeFrames<Body>, handler: (server: ServerId, body: Body) => void): Stop {
    const label = nodeReportSubject(frames, '*');
    const complained = new Set<ServerId>();
    const run: Work['run'] = (message) => {
      const server = ServerId.parse(message.subject.split('.')[2]);
      let body: Body;
      try {
        body = frames.decode(message.data);
      } catch (err) {
        if (!complained.has(server)) this.log.warn({ subject: label, server, err }, 'a frame cannot be read');
        complained.add(server);
        return;
      }
      handler(server, body);
    };
    return this.subscribe(label, {
      label,
      maxInFlight: usualReportsInFlight,
      defaultMs: acknowledgementMs,
      callerOf: () => undefined,
      run,
    });
  }

  hint<Body extends z.ZodType>(hint: Hint<Body>, body: Sent<Body>): void {
    this.publish(hint.subject, hint.subject, JSON.stringify(checked(hint.body, body, hint.subject)));
  }

  onHint<Body extends z.ZodType>(
    hint: Hint<Body>,
    handler: (body: z.output<Body>) => Promise<void> | void,
    options: { readonly queue?: string } = {},
  ): Stop {
    return this.listen(hint.subject, (body) => handler(checked(hint.body, body, hint.subject)), options.queue);
  }

  publishFeed(owner: FeedOwner, batch: FeedBatch): void {
    this.publish(feedSubject(owner), feedSubject(owner), JSON.stringify(batch));
  }

  onFeed(owner: FeedOwner, listener: FeedListener): Stop {
    return this.listen(feedSubject(owner), (body) => listener(checked(FeedBatch, body, feedSubject(owner))));
  }

  openStream(
    stream: NodeStream,
    server: ServerId,
    channel: string,
    side: 'service' | 'node',
    onMessage: (message: Uint8Array) => void,
  ): StreamEnd {
    const [fromNode, toNode] = [fromNodeSubject(stream, server, channel), toNodeSubject(stream, server, channel)];
    const [heard, said] = side === 'node' ? [toNode, fromNode] : [fromNode, toNode];
    const subscription = this.connection.subscribe(heard, {
      callback: (err, message) => (err ? undefined : onMessage(message.data)),
    });
    return {
      send: (message) => {
        if (this.state !== 'connected') return false;
        this.connection.publish(said, message);
        return true;
      },
      close: () => {
        if (this.state !== 'closed') subscription.unsubscribe();
      },
    };
  }

  onReconnect(act: () => void): () => void {
    this.reconnectListeners.add(act);
    return () => this.reconnectListeners.delete(act);
  }

  async flush(): Promise<void> {
    await this.connection.flush();
    await this.clock.sleep(0); // refusals arrive before the flush's answer, but are told to us a turn later
    if (this.refused.size > 0) throw new Error(`the bus credentials do not allow: ${[...this.refused].join(', ')}`);
  }

  close(options: { readonly drainMs?: number } = {}): Promise<void> {
    this.closing ??= this.drainAndClose(options.drainMs ?? 10_000);
    return this.closing;
  }

  private async drainAndClose(drainMs: number): Promise<void> {
    if (this.state === 'connected') await Promise.all([...this.subscriptions].map((one) => one.drain().catch(() => undefined)));
    await this.handling.drain(drainMs);
    if (this.state === 'connected') await this.connection.flush().catch(() => undefined); // the last replies
    await this.connection.close();
    this.pending.fail((subject) => new ServiceError('ServiceUnavailable', 'The bus is closed.', { context: { subject } }));
  }

  private async ask(
    subject: string,
    label: string,
    body: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    headersFor: (remainingMs: number) => MsgHdrs | undefined,
  ): Promise<Msg> {
    const startedMs = this.clock.monotonicMs();
    let outcome: Hop['outcome'] = 'ok';
    try {
      if (this.state !== 'connected') await this.connected(timeoutMs, signal);
      const left = timeoutMs - (this.clock.monotonicMs() - startedMs);
      return await this.pending.wait(subject, left, signal, (token) => {
        const headers = headersFor(left);
        this.connection.publish(subject, body, { reply: `${this.inbox}.${token}`, ...(headers && { headers }) });
      });
    } catch (thrown) {
      outcome = thrown instanceof ServiceError ? thrown.code : 'InternalError';
      throw thrown;
    } finally {
      this.hooks.onHop?.({ subject: label, side: 'caller', outcome, ms: this.clock.monotonicMs() - startedMs });
    }
  }

  private checkedReply<Reply extends z.ZodType>(schema: Reply, reply: Msg, label: string): z.output<Reply> {
    const parsed = schema.safeParse(openReply(reply.data, label));
    if (parsed.success) return parsed.data;
    // Not the customer's mistake, so not ValidationFailed: the two ends do not agree on the contract.
    throw new ServiceError('InternalError', 'A service answered in a form we do not know.', {
      cause: parsed.error,
      context: { subject: label },
    });
  }

  /** Resolves when connected. @throws ServiceUnavailable after `timeoutMs`, when aborted or closed: nothing was sent */
  private connected(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        cancel();
        signal?.removeEventListener('abort', done);
        this.whenConnected.delete(done);
        if (this.state === 'connected' && !signal?.aborted) resolve();
        else reject(new ServiceError('ServiceUnavailable', 'The bus is not connected; try again.'));
      };
      const cancel = this.clock.after(timeoutMs, done);
      signal?.addEventListener('abort', done, { once: true });
      this.whenConnected.add(done);
      if (this.state === 'closed') done();
    });
  }

  /** Sends without waiting. False when it could not be sent, since the library would drop it at the next connection. */
  private publish(subject: string, label: string, body: string | Uint8Array): boolean {
    const sent = this.state === 'connected';
    if (sent) this.connection.publish(subject, body);
    this.hooks.onHop?.({ subject: label, side: 'publisher', outcome: sent ? 'ok' : 'ServiceUnavailable', ms: 0 });
    return sent;
  }

  private listen(subject: string, handler: (body: unknown) => unknown, queue?: string): Stop {
    const run: Work['run'] = (message) => handler(parseBody(message.data));
    return this.subscribe(
      subject,
      { label: subject, maxInFlight: usualReportsInFlight, defaultMs: acknowledgementMs, callerOf: () => undefined, run },
      queue,
    );
  }

  private subscribe(subject: string, work: Work, queue?: string): Stop {
    const accept = this.handling.accepting(work);
    const subscription = this.connection.subscribe(subject, {
      ...(queue !== undefined && { queue }),
      callback: (err, message) => (err ? undefined : accept(message)),
    });
    this.subscriptions.add(subscription);
    return async () => {
      if (!this.subscriptions.delete(subscription) || this.state === 'closed') return;
      await subscription.drain().catch(() => undefined);
    };
  }

  private async watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect' && this.state === 'connected') this.onDisconnect();
      else if (status.type === 'reconnect') this.onConnected();
      else if (status.type === 'error') this.onError(status.error);
    }
    await this.connection.closed();
    this.state = 'closed';
    this.wake();
    this.pending.fail((subject) => new ServiceError('ServiceUnavailable', 'The bus is closed.', { context: { subject } }));
  }

  private onDisconnect(): void {
    this.state = 'reconnecting';
    if (!this.closing) this.log.warn({}, 'the bus is disconnected, connecting again');
    // Whether these were acted on is not known; their replies cannot come any more.
    const why = 'connection lost';
    this.pending.fail((subject) => new ServiceError('Timeout', 'The answer of a service was lost.', { context: { subject, why } }));
  }

  private onConnected(): void {
    this.state = 'connected';
    this.reconnects++;
    this.log.info({ server: this.connection.getServer() }, 'the bus is connected again');
    this.wake();
    for (const act of this.reconnectListeners) act();
  }

  private wake(): void {
    for (const done of [...this.whenConnected]) done();
  }

  private onError(error: Error): void {
    if (!(error instanceof PermissionViolationError)) {
      this.log.warn({ err: error }, 'the bus server reported an error');
      return;
    }
    const { operation, subject } = error;
    if (operation === 'subscription') this.refused.add(subject);
    this.log.error({ subject, operation }, 'the bus credentials do not allow this subject');
    this.pending.fail(
      () =>
        new ServiceError('InternalError', 'A service may not make this call.', {
          context: { subject, why: 'refused by the credentials of this service' },
        }),
      subject,
    );
  }
}
