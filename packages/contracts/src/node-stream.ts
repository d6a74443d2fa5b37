import type { ServerId } from './ids';

/**
 * Bytes between a service and one node, in both directions, a channel an id. Outside the calls of {@link nodeRpc}: frames of bytes that nobody
 * answers. A node's credentials hold it to its own subjects; a service names the kinds that it uses.
 */
export interface NodeStream {
  readonly kind: 'node-stream';
  readonly name: string;
}

/** Declares a kind of stream. */
export function nodeStream(name: string): NodeStream {
  return { kind: 'node-stream', name };
}

/** Where the node is heard. */
export function fromNodeSubject(stream: NodeStream, server: ServerId | '*', channel: string): string {
  return `node.v1.${server}.${stream.name}.${channel}`;
}

/** Where the node hears. */
export function toNodeSubject(stream: NodeStream, server: ServerId | '*', channel: string): string {
  return `agent.v1.${server}.${stream.name}.${channel}`;
}
