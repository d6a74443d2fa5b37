import { gunzipSync } from 'node:zlib';
import { parse as parseForm } from 'node:querystring';
import { ServiceError } from '@nereid/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Reads JSON and form bodies. Other types, and none, count as no body, which is what clients that put everything into the query string
 * rely on. An empty body is an empty object whatever its type says.
 */
export function readBodies(server: FastifyInstance, limitBytes: number): void {
  server.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: limitBytes } as const;
  server.addContentTypeParser('application/json', options, async (request: FastifyRequest, body: Buffer) => {
    const text = textOf(request, body, limitBytes);
    return text.trim() === '' ? {} : parseJson(text);
  });
  server.addContentTypeParser('application/x-www-form-urlencoded', options, async (request: FastifyRequest, body: Buffer) => ({
    ...parseForm(textOf(request, body, limitBytes)),
  }));
  server.addContentTypeParser('*', options, async (request: FastifyRequest, body: Buffer) => {
    request.rawBody = body;
    return undefined;
  });
}

function textOf(request: FastifyRequest, body: Buffer, limitBytes: number): string {
  request.rawBody = body;
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return body.toString('utf8');
  if (encoding !== 'gzip') throw new ServiceError('UnsupportedMediaType', 'A body may be compressed with gzip and with nothing else.');
  try {
    return gunzipSync(body, { maxOutputLength: limitBytes }).toString('utf8');
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (isTooLarge) throw new ServiceError('RequestEntityTooLarge', `The body may have ${limitBytes} bytes.`);
    throw new ServiceError('InvalidContent', 'The body is not gzip, as its Content-Encoding says.');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value));
  } catch {
    throw new ServiceError('InvalidContent', 'The body is not JSON, as its Content-Type says.');
  }
}
