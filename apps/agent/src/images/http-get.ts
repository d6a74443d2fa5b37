import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { DriverError } from '@nereid/driver';

/** Reads a URL's body from byte `from` on. No redirect is followed. */
export type HttpGet = (url: string, options: { from: number; signal: AbortSignal }) => AsyncIterable<Uint8Array>;

const silentForMs = 30_000;

/** @param ca the authority that the file door's certificate must come from; the system's own when undefined */
export function makeHttpGet(ca: string | undefined): HttpGet {
  return async function* get(url, { from, signal }) {
    const response = await request(url, from, ca, signal);
    if (response.statusCode !== (from > 0 ? 206 : 200)) {
      response.destroy();
      const code = response.statusCode ?? 0;
      throw new DriverError(code >= 500 || code === 429 ? 'Unavailable' : 'NotFound', `the file door answered ${code}`, { step: 'image' });
    }
    yield* response as AsyncIterable<Buffer>;
  };
}

function request(url: string, from: number, ca: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const get = url.startsWith('https:') ? httpsGet : httpGet;
    const asking = get(
      url,
      { ca, signal, timeout: silentForMs, agent: false, headers: from > 0 ? { range: `bytes=${from}-` } : {} },
      resolve,
    );
    asking.on('timeout', () => asking.destroy(new Error(`the file door said nothing for ${silentForMs} ms`)));
    asking.on('error', reject);
  });
}
