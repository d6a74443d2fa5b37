import { crc32 } from './crc32';
import type { MetadataReply, MetadataRequest } from './answers';

/**
 * The framed protocol: `V2 <length> <crc32> <request id> <command or code> [<base64>]`, where length and checksum cover what stands from the
 * request id on. Source: mdata-client protocol, version 2.
 */
export interface V2Request {
  readonly requestId: string;
  /** Undefined: a whole frame that asks for something we do not know, or whose payload is no base64. */
  readonly request: MetadataRequest | undefined;
}

const frame = /^V2 ([0-9]{1,7}) ([0-9a-f]{8}) (([0-9a-f]{1,8}) ([A-Z]+)(?: ([A-Za-z0-9+/]*={0,2}))?)$/;

/** Reads one line, without its newline. Undefined: damaged; it is dropped without an answer and the client asks again. */
export function parseV2(line: string): V2Request | undefined {
  const match = frame.exec(line.endsWith('\r') ? line.slice(0, -1) : line);
  if (!match) return undefined;
  const [, length, crc, body, requestId, command, payload] = match as unknown as [string, string, string, string, string, string, string?];
  if (Number(length) !== body.length || crc !== hex8(crc32(Buffer.from(body, 'latin1')))) return undefined;
  return { requestId, request: toRequest(command, payload) };
}

export function renderV2(requestId: string, reply: MetadataReply): string {
  const text = reply.code === 'SUCCESS' ? reply.value : reply.code === 'FAILURE' ? reply.message : undefined;
  return renderFrame(requestId, reply.code, text === undefined || text === '' ? undefined : toBase64(text));
}

/** The guest's side: one request as a line. Used by tests and by tools that speak for a guest. */
export function renderV2Request(requestId: string, request: MetadataRequest): string {
  switch (request.command) {
    case 'KEYS':
      return renderFrame(requestId, 'KEYS', undefined);
    case 'GET':
    case 'DELETE':
      return renderFrame(requestId, request.command, toBase64(request.key));
    case 'PUT':
      return renderFrame(requestId, 'PUT', toBase64(`${toBase64(request.key)} ${toBase64(request.value)}`));
  }
}

/** The guest's side: a reply's code and value. Undefined: damaged. */
export function parseV2Reply(line: string): { requestId: string; code: string; value: string | undefined } | undefined {
  const match = frame.exec(line);
  if (!match || Number(match[1]) !== match[3]!.length || match[2] !== hex8(crc32(Buffer.from(match[3]!, 'latin1')))) return undefined;
  return {
    requestId: match[4]!,
    code: match[5]!,
    value: match[6] === undefined ? undefined : Buffer.from(match[6], 'base64').toString('utf8'),
  };
}

function toRequest(command: string, payload: string | undefined): MetadataRequest | undefined {
  if (command === 'KEYS') return { command: 'KEYS' };
  const text = payload === undefined ? undefined : fromBase64(payload);
  if (!text) return undefined;
  if (command === 'GET' || command === 'DELETE') return { command, key: text };
  if (command !== 'PUT') return undefined;
  const parts = text.split(' ');
  const key = parts.length === 2 ? fromBase64(parts[0]!) : undefined;
  const value = parts.length === 2 ? fromBase64(parts[1]!) : undefined;
  return key ? { command: 'PUT', key, value: value ?? '' } : undefined;
}

function renderFrame(requestId: string, word: string, payload: string | undefined): string {
  const body = payload === undefined ? `${requestId} ${word}` : `${requestId} ${word} ${payload}`;
  return `V2 ${body.length} ${hex8(crc32(Buffer.from(body, 'latin1')))} ${body}\n`;
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function fromBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64').toString('utf8');
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}
