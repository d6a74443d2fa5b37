import type { MetadataReply, MetadataRequest } from './answers';

/**
 * The line protocol: `GET <key>` and `KEYS`; writing is not part of it. Source: mdata-client protocol, version 1.
 */
export type V1Line =
  { readonly kind: 'negotiate' } | { readonly kind: 'request'; readonly request: MetadataRequest } | { readonly kind: 'invalid' };

export const v1Invalid = 'invalid command\n';
export const v2Accepted = 'V2_OK\n';

/** Reads one line, without its newline. An empty line is invalid too: clients send one to find out whether anybody listens. */
export function parseV1(line: string): V1Line {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  if (text === 'NEGOTIATE V2') return { kind: 'negotiate' };
  if (text === 'KEYS') return { kind: 'request', request: { command: 'KEYS' } };
  if (text.startsWith('GET ') && text.length > 4) return { kind: 'request', request: { command: 'GET', key: text.slice(4) } };
  return { kind: 'invalid' };
}

/** A line that begins with a dot gets a second one, so that the closing dot stays unique. */
export function renderV1(reply: MetadataReply): string {
  if (reply.code !== 'SUCCESS') return `${reply.code}\n`;
  return `SUCCESS\n${(reply.value ?? '').replace(/^\./gm, '..')}\n.\n`;
}
