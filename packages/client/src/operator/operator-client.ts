import {
  consolePath,
  countHeader,
  csrfHeader,
  markerHeader,
  operatorRoutes,
  pathOf,
  type RouteLine,
  type adminapi,
} from '@nereid/contracts/light';
import type { z } from 'zod';
import type { ConsoleSocket } from '../console/console-connection';
import { consoleProtocols } from '../console/protocols';
import { asServiceError } from './api-error';
import { ChangeStream, type ChangeListener } from './change-stream';
import { queryText, type QueryValue } from './query-text';
import type { Transport, TransportAnswer } from './transport';

type AdminRoute = adminapi.AdminRoute;
type ReplyOf<R extends AdminRoute> = R['reply'] extends z.ZodType ? z.output<R['reply']> : undefined;
/** Parameters of the path, as plain text. */
export type ParamsOf<R extends AdminRoute> = { readonly [K in keyof z.input<R['params']>]: string };
/** The body where the route has one, else the query. */
export type InputOf<R extends AdminRoute> = R['body'] extends z.ZodType
  ? z.input<R['body']>
  : { readonly [K in keyof z.input<R['query']>]?: QueryValue };

export interface OperatorCallOptions {
  /** One visible effect, however often the request is sent with this key. */
  readonly idempotencyKey?: string;
  /** The version, or the ETag, that the object must still have; else `PreconditionFailed`. */
  readonly ifMatch?: number | string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface OperatorAnswer<Reply> {
  readonly status: number;
  readonly body: Reply;
  readonly requestId: string | undefined;
  /** For `ifMatch` of a later change. */
  readonly etag: string | undefined;
  /** Of a page: the `marker` of the next one; undefined on the last. */
  readonly next: string | undefined;
  /** Of a list that was asked to count: how many match in all. */
  readonly total: number | undefined;
}

/**
 * Speaks the operators' API in one session. Takes a route of the contracts or a line of `operatorRoutes`; given a whole route, it checks what
 * comes back. Runs in browsers and in Node, by its transport.
 */
export class OperatorClient {
  private current: adminapi.SessionObject | undefined;

  constructor(private readonly transport: Transport) {}

  /** Who is signed in, as far as this client knows. */
  get session(): adminapi.SessionObject | undefined {
    return this.current;
  }

  /** @throws InvalidCredentials; with an entry for `totp` in `errors` when the second factor's code is missing or wrong @throws TooManyRequests */
  async signIn(tried: InputOf<typeof adminapi.signIn>): Promise<adminapi.SessionObject> {
    return (this.current = (await this.call(operatorRoutes.signIn, {}, tried)).body);
  }

  /** The session that the transport's cookie stands for; undefined when there is none. Wanted once after loading, before anything is changed. */
  async resume(): Promise<adminapi.SessionObject | undefined> {
    try {
      this.current = (await this.call(operatorRoutes.getSession, {}, {})).body;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'InvalidCredentials') throw error;
      this.current = undefined;
    }
    return this.current;
  }

  async signOut(): Promise<void> {
    await this.call(operatorRoutes.signOut, {}, {});
    this.current = undefined;
  }

  /**
   * Calls a route. `input` is its body, or its query where it has none.
   * @throws ServiceError what the API answered as an error, `context.requestId` naming the request; `ServiceUnavailable` and `Timeout` also when no
   * answer came, and then nothing is known of its effect
   */
  async call<R extends AdminRoute>(
    route: R | RouteLine<R>,
    params: ParamsOf<R>,
    input: InputOf<R>,
    options: OperatorCallOptions = {},
  ): Promise<OperatorAnswer<ReplyOf<R>>> {
    const hasBody = 'hasBody' in route ? route.hasBody : route.body !== undefined;
    const path = pathOf(route, params);
    const answer = await this.transport.send({
      method: route.method,
      path: hasBody ? path : `${path}${queryText(input as Readonly<Record<string, QueryValue>>)}`,
      headers: this.headers(route.method, hasBody, options),
      body: hasBody ? JSON.stringify(input) : undefined,
      signal: options.signal,
    });
    const requestId = answer.header('x-request-id');
    if (answer.status !== route.status) throw this.refused(answer, requestId);
    const body = answer.text === '' ? undefined : (JSON.parse(answer.text) as unknown);
    const total = answer.header(countHeader);
    return {
      status: answer.status,
      body: ('reply' in route && route.reply ? route.reply.parse(body) : body) as ReplyOf<R>,
      requestId,
      etag: answer.header('etag'),
      next: answer.header(markerHeader),
      total: total === undefined ? undefined : Number(total),
    };
  }

  /** All items of a paged list, a page at a time. Stops asking when the caller stops. */
  async *everyItem<R extends AdminRoute>(
    route: R | RouteLine<R>,
    params: ParamsOf<R>,
    query: InputOf<R>,
    options: OperatorCallOptions = {},
  ): AsyncGenerator<ReplyOf<R> extends readonly (infer Item)[] ? Item : never> {
    let marker: string | undefined;
    do {
      const page = await this.call(route, params, { ...(query as object), ...(marker !== undefined && { marker }) } as InputOf<R>, options);
      yield* page.body as readonly (ReplyOf<R> extends readonly (infer Item)[] ? Item : never)[];
      marker = page.next;
    } while (marker !== undefined);
  }

  /** Follows what changes anywhere, until closed; comes back by itself after a loss and goes on where it was. */
  changes(listener: ChangeListener): ChangeStream {
    return new ChangeStream((path) => this.transport.openSocket(path), listener);
  }

  /** The WebSocket of a session at a console that `openVmConsole` opened; a `ConsoleConnection` speaks over it. */
  consoleSocket(vm: string, token: string): ConsoleSocket {
    return this.transport.openConsole(`${consolePath}?vm=${vm}`, consoleProtocols(token));
  }

  close(): void {
    this.transport.close();
  }

  private headers(method: string, hasBody: boolean, options: OperatorCallOptions): Record<string, string> {
    const { ifMatch, idempotencyKey } = options;
    return {
      accept: 'application/json',
      ...(hasBody && { 'content-type': 'application/json' }),
      ...(method !== 'GET' && this.current && { [csrfHeader]: this.current.csrf_token }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(ifMatch !== undefined && { 'if-match': typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch }),
    };
  }

  private refused(answer: TransportAnswer, requestId: string | undefined): Error {
    const retryAfter = answer.header('retry-after');
    return asServiceError(answer.status, answer.text, {
      requestId,
      ...(retryAfter !== undefined && { retryAfterSeconds: Number(retryAfter) }),
    });
  }
}
