import { Agent, request as httpsRequest } from 'node:https';
import type { ToSign } from '@nereid/http-signature/sign';
import type { Clock } from '@nereid/ports/clock';
import { ResumingAgent, type KeptSession } from './resuming-agent';

export interface ConnectionOptions {
  /** `https://host:port`. */
  readonly url: string;
  /** Answers the headers of a request with its signature among them. */
  readonly sign: (request: ToSign, nowMs: number) => Record<string, string> | Promise<Record<string, string>>;
  /** The authority that signed the door's certificate, PEM; the system's when not given. */
  readonly ca?: string;
  /** Takes any certificate. */
  readonly isInsecure?: boolean;
  readonly clock: Clock;
  /** Connections kept open; 32 unless told. */
  readonly connections?: number;
  /** For programs that end after a request or two. Not used together with `isInsecure`. */
  readonly session?: KeptSession;
  /** How long an answer may take, ms; 30 s unless told. */
  readonly timeoutMs?: number;
}

export interface RawRequest {
  /** JSON. */
  readonly body?: string;
  /** Lower-case names; they are added to the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** An answer whatever its status, its body as text. */
export interface RawAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestId: string | undefined;
  readonly text: string;
}

/** What a WebSocket has to be asked for with. The caller brings the WebSocket, so that those who need none do not pay for it. */
export interface WebSocketRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly ca: string | undefined;
  readonly rejectUnauthorized: boolean;
}

/** No answer came, or not in time: nothing is known of the request's effect. `cause` is what the connection said. */
export class NoAnswer extends Error {
  constructor(
    readonly isTimeout: boolean,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'NoAnswer';
  }
}

/** Sends signed requests and knows nothing of what they mean. Holds connections open: close it at the end. */
export class SignedConnection {
  private readonly agent: Agent;
  private readonly base: URL;

  constructor(private readonly options: ConnectionOptions) {
    this.base = new URL(options.url);
    const { connections, ca, isInsecure, session } = options;
    const settings = { keepAlive: true, maxSockets: connections ?? 32, ca, rejectUnauthorized: isInsecure !== true };
    this.agent = session && !isInsecure ? new ResumingAgent(settings, session) : new Agent(settings);
  }

  /** @throws NoAnswer */
  async send(method: string, path: string, { body, headers: more, signal }: RawRequest = {}): Promise<RawAnswer> {
    const given: Record<string, string> = { 'accept': 'application/json', 'accept-version': '~9', 'host': this.base.host, ...more };
    if (body !== undefined) given['content-type'] ??= 'application/json';
    const headers = await this.options.sign({ method, url: path, headers: given }, this.options.clock.nowMs());
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
          signal,
          timeout: this.options.timeoutMs ?? 30_000,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', (cause) => reject(new NoAnswer(false, `${method} ${path}: ${cause.message}`, cause)));
          response.on('end', () => {
            const requestId = response.headers['request-id'] ?? response.headers['x-request-id'];
            resolve({
              status: response.statusCode ?? 0,
              statusText: response.statusMessage ?? '',
              headers: response.headers,
              requestId: typeof requestId === 'string' ? requestId : undefined,
              text: Buffer.concat(chunks).toString('utf8'),
            });
          });
        },
      );
      request.on('timeout', () => request.destroy(new NoAnswer(true, `no answer to ${method} ${path} in time`)));
      request.on('error', (cause) =>
        reject(cause instanceof NoAnswer ? cause : new NoAnswer(false, `${method} ${path}: ${cause.message}`, cause)),
      );
      request.end(body);
    });
  }

  /** A signed request for a WebSocket, good for the next minutes. */
  async webSocketRequest(path: string): Promise<WebSocketRequest> {
    const given = { 'accept-version': '~9', 'host': this.base.host };
    const headers = await this.options.sign({ method: 'GET', url: path, headers: given }, this.options.clock.nowMs());
    const { ca, isInsecure } = this.options;
    return { url: `wss://${this.base.host}${path}`, headers, ca, rejectUnauthorized: isInsecure !== true };
  }

  close(): void {
    this.agent.destroy();
  }
}
