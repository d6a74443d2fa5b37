import { ServiceError, type cloudapi } from '@nereid/contracts';
import { signRequest, type Signer } from '@nereid/http-signature';
import type { Clock } from '@nereid/ports';
import type { z } from 'zod';
import { asError } from './api-error';
import { requestPath } from './request-path';
import { NoAnswer, SignedConnection, type RawAnswer, type WebSocketRequest } from './signed-connection';

export interface CloudClientOptions {
  /** `https://host:port`. */
  readonly url: string;
  readonly signer: Signer;
  /** The authority that signed the door's certificate, PEM; the system's when not given. */
  readonly ca?: string;
  /** Takes any certificate: whoever stands between can then read and change everything. */
  readonly isInsecure?: boolean;
  readonly clock: Clock;
  /** Connections kept open; 32 unless told. */
  readonly connections?: number;
  /** How long an answer may take, ms; 30 s unless told. */
  readonly timeoutMs?: number;
}

export interface CallOptions {
  /** One visible effect, however often the request is sent with this key. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** An answer: its status, headers and checked body. */
export interface Answer<Reply> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestId: string | undefined;
  readonly body: Reply;
}

type CloudRoute = cloudapi.CloudRoute;
/** What a route takes. */
export type InputOf<R extends CloudRoute> = z.input<R['input']>;
/** What a route answers. */
export type ReplyOf<R extends CloudRoute> = R['reply'] extends z.ZodType ? z.output<R['reply']> : undefined;

/** Speaks the customers' API for one account with one key. Holds connections open: close it at the end. */
export class CloudClient {
  private readonly connection: SignedConnection;

  constructor({ signer, ...options }: CloudClientOptions) {
    this.connection = new SignedConnection({ ...options, sign: (request, nowMs) => signRequest(signer, request, nowMs) });
  }

  /**
   * Calls a route. `params` fill its path, `account` being `my` unless given.
   * @throws ServiceError what the API answered as an error; `context.requestId` names the request. `Timeout` and `ServiceUnavailable` also
   * when no answer came: then nothing is known of its effect, and a mutation is safe to repeat only with an `idempotencyKey`.
   */
  async call<R extends CloudRoute>(
    route: R,
    params: Readonly<Record<string, string>>,
    input: InputOf<R>,
    options: CallOptions = {},
  ): Promise<Answer<ReplyOf<R>>> {
    const hasBody = route.method === 'POST' || route.method === 'PUT';
    const fields = (input ?? {}) as Record<string, unknown>;
    const path = requestPath(route.path, { account: 'my', ...params }, hasBody ? {} : fields);
    const answer = await this.send(route.method, path, hasBody ? JSON.stringify(fields) : undefined, options);
    const body = parseBody(answer.text);
    if (answer.status === route.status) return { ...answer, body: (route.reply ? route.reply.parse(body) : undefined) as ReplyOf<R> };
    const other = route.otherReplies.find((reply) => reply.status === answer.status);
    if (other) return { ...answer, body: (other.body ? other.body.parse(body) : body) as ReplyOf<R> };
    throw asError(answer.status, body, answer.requestId);
  }

  /** What a WebSocket of a route has to be asked for with. */
  webSocketRequest(route: CloudRoute, params: Readonly<Record<string, string>>): Promise<WebSocketRequest> {
    return this.connection.webSocketRequest(requestPath(route.path, { account: 'my', ...params }, {}));
  }

  close(): void {
    this.connection.close();
  }

  private async send(method: string, path: string, body: string | undefined, { idempotencyKey, signal }: CallOptions): Promise<RawAnswer> {
    const headers: Record<string, string> = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    try {
      return await this.connection.send(method, path, { headers, ...(body !== undefined && { body }), ...(signal && { signal }) });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw new ServiceError(error.isTimeout ? 'Timeout' : 'ServiceUnavailable', error.message, { cause: error.cause });
    }
  }
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ServiceError('InternalError', 'the answer is no JSON', { cause, context: { text: text.slice(0, 200) } });
  }
}
