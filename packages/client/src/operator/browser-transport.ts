import { ServiceError } from '@nereid/contracts/light';
import type { ConsoleSocket } from '../console/console-connection';
import type { Socket, Transport, TransportAnswer, TransportRequest } from './transport';

/** What is used of a browser's global scope. */
interface BrowserScope {
  readonly location: { readonly protocol: string; readonly host: string };
  readonly WebSocket: new (url: string, protocols?: string[]) => Socket & ConsoleSocket;
}

/** A page's way to the door that served it: the browser keeps and sends the cookie. */
export class BrowserTransport implements Transport {
  async send({ method, path, headers, body, signal }: TransportRequest): Promise<TransportAnswer> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(path, {
        method,
        headers,
        credentials: 'same-origin',
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      });
      text = await response.text();
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new ServiceError('ServiceUnavailable', 'The cloud cannot be reached.', { cause });
    }
    return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, text };
  }

  openSocket(path: string): Socket {
    return this.socket(path, []);
  }

  openConsole(path: string, protocols: readonly string[]): ConsoleSocket {
    return this.socket(path, protocols);
  }

  close(): void {
    // The page's connections are the browser's.
  }

  private socket(path: string, protocols: readonly string[]): Socket & ConsoleSocket {
    const { location, WebSocket } = globalThis as unknown as BrowserScope;
    return new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`, [...protocols]);
  }
}
