import { Agent, request as httpsRequest } from 'node:https';
import { ServiceError, WireError, errorTable, type ErrorCode, type cloudapi } from '@nereid/contracts';
import { signRequest, type Signer } from '@nereid/http-signature';
import type { Clock } from '@nereid/ports';
import { z } from 'zod';
import { requestPath } from './request-path';

export interface CloudClientOptions {
  /** `https://host:port`. */
  readonly url: string;
  readonly signer: Signer;
  /** The authority that signed the door's certificate, PEM; the system's when not given. */
  readonly ca?: string;
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
type InputOf<R extends CloudRoute> = z.input<R['input']>;
type ReplyOf<R extends CloudRoute> = R['reply'] extends z.ZodType ? z.output<R['reply']> : undefined;

/** Speaks the customers' API for one account with one key. Holds connections open: close it at the end. */
export class CloudClient {
  private readonly agent: Agent;
  private readonly base: URL;

  constructor(private readonly options: CloudClientOptions) {
    this.base = new URL(options.url);
    this.agent = new Agent({ keepAlive: true, maxSockets: options.connections ?? 32, ca: options.ca });
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

  close(): void {
    this.agent.destroy();
  }

  private send(
    method: string,
    path: string,
    body: string | undefined,
    options: CallOptions,
  ): Promise<Omit<Answer<never>, 'body'> & { text: string }> {
    const given: Record<string, string> = { 'accept': 'application/json', 'accept-version': '~9', 'host': this.base.host };
    if (body !== undefined) given['content-type'] = 'application/json';
    if (options.idempotencyKey !== undefined) given['idempotency-key'] = options.idempotencyKey;
    const headers = signRequest(this.options.signer, { method, url: path, headers: given }, this.options.clock.nowMs());
    if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        {
          host: this.base.hostname,
          port: this.base.port,
          method,
          path,
          headers,
          agent: this.agent,
          signal: options.signal,
          timeout: this.options.timeoutMs ?? 30_000,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const requestId = response.headers['request-id'] ?? response.headers['x-request-id'];
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              requestId: typeof requestId === 'string' ? requestId : undefined,
              text: Buffer.concat(chunks).toString('utf8'),
            });
          });
        },
      );
      request.on('timeout', () => request.destroy(new ServiceError('Timeout', `no answer to ${method} ${path} in time`)));
      request.on('error', (cause) =>
        reject(
          cause instanceof ServiceError ? cause : new ServiceError('ServiceUnavailable', `${method} ${path}: ${cause.message}`, { cause }),
        ),
      );
      request.end(body);
    });
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

/** What the API said went wrong. A code that this client does not know keeps its text under the nearest code of its status. */
function asError(status: number, body: unknown, requestId: string | undefined): ServiceError {
  const context = { status, requestId };
  const known = WireError.safeParse(body);
  if (known.success) return new ServiceError(known.data.code, known.data.message, { errors: known.data.errors, context });
  const loose = z.looseObject({ code: z.string(), message: z.string() }).safeParse(body);
  const nearest = (Object.keys(errorTable) as ErrorCode[]).find((code) => errorTable[code].status === status) ?? 'InternalError';
  return new ServiceError(nearest, loose.success ? `${loose.data.code}: ${loose.data.message}` : `status ${status}`, { context });
}
