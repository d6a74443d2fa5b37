import { ServerResponse, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { ServiceError } from '@nereid/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';

interface Upgrade {
  readonly socket: Socket;
  readonly head: Buffer;
}

const asked = new WeakMap<IncomingMessage, Upgrade>();

/**
 * From now on requests for a WebSocket take the same way as all others: hooks, route, error filter. So they are authenticated by the same code, and refused
 * with a status and a reason. A route takes one on by {@link acceptUpgrade}.
 */
export function routeUpgrades(server: FastifyInstance): void {
  server.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on('finish', () => socket.destroySoon());
    asked.set(request, { socket, head });
    server.routing(request, response);
  });
}

/** @throws UpgradeRequired the request asks for no WebSocket */
export function mustAskForUpgrade(request: FastifyRequest): void {
  if (!asked.has(request.raw)) throw new ServiceError('UpgradeRequired', 'This is a WebSocket; ask for an upgrade.');
}

export interface UpgradeOptions {
  /** Subprotocols that are spoken, the preferred first; a client that offers none of them gets none. */
  readonly protocols: readonly string[];
  /** Longer messages of the client end the connection. */
  readonly maxMessageBytes: number;
}

/** Makes a WebSocket of the request. Nothing else may answer it afterwards. @throws InvalidHeader the handshake is broken */
export function acceptUpgrade(request: FastifyRequest, reply: FastifyReply, options: UpgradeOptions): Promise<WebSocket> {
  const upgrade = asked.get(request.raw);
  if (!upgrade || upgrade.socket.destroyed) throw new ServiceError('UpgradeRequired', 'This is a WebSocket; ask for an upgrade.');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only doors that are asked for one pay for it
  const { WebSocketServer } = require('ws') as typeof import('ws');
  reply.hijack();
  reply.raw.detachSocket(upgrade.socket);
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => options.protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  return new Promise((resolve, reject) => {
    upgrade.socket.once('close', () => reject(new ServiceError('InvalidHeader', 'The handshake of the WebSocket was broken off.')));
    server.once('wsClientError', (_error, socket) => socket.destroy());
    server.handleUpgrade(request.raw, upgrade.socket, upgrade.head, resolve);
  });
}

/** The subprotocols that a client offers, in its order. */
export function offeredProtocols(headers: IncomingHttpHeaders): readonly string[] {
  const header = headers['sec-websocket-protocol'];
  return (header ?? '').split(',').map((protocol) => protocol.trim()).filter(Boolean); // prettier-ignore
}
