import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { ServiceError } from '@nereid/contracts/light';
import { WebSocket } from 'ws';
import type { ConsoleSocket } from '../console/console-connection';
import type { Socket, Transport, TransportAnswer, TransportRequest } from './transport';

export interface NodeTransportOptions {
  /** `https://host:port`. */
  readonly url: string;
  /** The authority that signed the door's certificate, PEM; the system's when not given. */
  readonly ca?: string | undefined;
  /** A cookie kept from an earlier run: see {@link NodeTransport.cookie}. */
  readonly cookie?: string | undefined;
  /** How long an answer may take, ms; 30 s unless told. */
  readonly timeoutMs?: number;
}

/** A program's way to the door. Keeps the session's cookie in memory; a program that lives shortly keeps it itself, as a secret. */
export class NodeTransport implements Transport {
  private readonly base: URL;
  private readonly agent: HttpAgent | HttpsAgent;
  private kept: string | undefined;

  constructor(private readonly options: NodeTransportOptions) {
    this.base = new URL(options.url);
    this.agent = this.hasTls ? new HttpsAgent({ keepAlive: true, ca: options.ca }) : new HttpAgent({ keepAlive: true });
    this.kept = options.cookie;
  }

  /** The session's cookie, `name=value`; undefined when nobody is signed in. */
  get cookie(): string | undefined {
    return this.kept;
  }

  send(asked: TransportRequest): Promise<TransportAnswer> {
    const { method, path, headers, body, signal } = asked;
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const request = (this.hasTls ? httpsRequest : httpRequest)(
        {
          host: this.base.hostname,
          port: this.base.port,
          method,
          path,
          headers: { ...headers, ...this.cookieHeader(), ...length },
          agent: this.agent,
          timeout: this.options.timeoutMs ?? 30_000,
          ...(signal && { signal }),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => resolve(this.answerOf(response, Buffer.concat(chunks).toString('utf8'))));
        },
      );
      request.on('timeout', () => request.destroy(new ServiceError('Timeout', `no answer to ${method} ${path} in time`)));
      request.on('error', (cause) => {
        const isOurs = cause instanceof ServiceError || signal?.aborted === true;
        reject(isOurs ? cause : new ServiceError('ServiceUnavailable', `${method} ${path}: ${cause.message}`, { cause }));
      });
      request.end(body);
    });
  }

  openSocket(path: string): Socket {
    return this.socket(path, []);
  }

  openConsole(path: string, protocols: readonly string[]): ConsoleSocket {
    return this.socket(path, protocols) as unknown as ConsoleSocket;
  }

  close(): void {
    this.agent.destroy();
  }

  private socket(path: string, protocols: readonly string[]): WebSocket {
    const url = `${this.base.origin.replace(/^http/, 'ws')}${path}`;
    // The door asks for the Origin of its own pages; a program says that it means to be one.
    return new WebSocket(url, [...protocols], { headers: this.cookieHeader(), origin: this.base.origin, ca: this.options.ca });
  }

  private get hasTls(): boolean {
    return this.base.protocol === 'https:';
  }

  private cookieHeader(): Record<string, string> {
    return this.kept === undefined ? {} : { cookie: this.kept };
  }

  private answerOf(response: IncomingMessage, text: string): TransportAnswer {
    for (const set of response.headers['set-cookie'] ?? []) {
      const [pair = ''] = set.split(';');
      this.kept = pair.endsWith('=') || /;\s*Max-Age=0/i.test(set) ? undefined : pair;
    }
    const header = (name: string): string | undefined => {
      const value = response.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    return { status: response.statusCode ?? 0, header, text };
  }
}
