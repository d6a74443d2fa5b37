import type { ConsoleSocket } from '../console/console-connection';

/** How an {@link OperatorClient} reaches the door: a browser's own means, or Node's. Both keep the session's cookie. */
export interface Transport {
  /** @throws ServiceError `ServiceUnavailable` or `Timeout`: no answer came, and nothing is known of the request's effect */
  send(request: TransportRequest): Promise<TransportAnswer>;
  /** Opens a WebSocket of the door with the session's cookie. */
  openSocket(path: string): Socket;
  /** As `openSocket`, offering subprotocols, for a console. */
  openConsole(path: string, protocols: readonly string[]): ConsoleSocket;
  /** Ends connections that are kept. */
  close(): void;
}

export interface TransportRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TransportAnswer {
  readonly status: number;
  /** A header by its name in lower case. */
  header(name: string): string | undefined;
  readonly text: string;
}

/** What a stream needs of a WebSocket; the browser's is one. */
export interface Socket {
  send(text: string): void;
  close(code?: number): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void;
}
