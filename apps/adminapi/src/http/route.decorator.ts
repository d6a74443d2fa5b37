import { createHash } from 'node:crypto';
import { RequestId, ServiceError, adminapi } from '@nereid/contracts';
import { Delete, Get, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../sessions/session';
import type { Answer, Call, OperatorCaller } from './call';
import { etagOf, hasAlready, versionWanted } from './etag';
import { parseInput } from './input';

const byMethod = { GET: Get, POST: Post, PUT: Put, DELETE: Delete };
/** Names of the routes that some controller serves, for the test that none is missing. */
export const servedRoutes = new Set<string>();

type Handler<Route extends adminapi.AdminRoute> = (call: Call<Route>) => Promise<Answer<Route>> | Answer<Route>;

/** Serves a route of the contracts by the decorated method: input is parsed before it; status, headers and body are set after it. */
export function Route<R extends adminapi.AdminRoute>(route: R) {
  servedRoutes.add(route.name);
  return <H extends Handler<R>>(target: object, key: string, descriptor: TypedPropertyDescriptor<H>): void => {
    const handler = descriptor.value!;
    const serve = async function (this: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
      send(route, request, reply, await handler.call(this as never, callOf(route, request)));
    };
    descriptor.value = serve as unknown as H;
    Req()(target, key, 0);
    Res()(target, key, 1);
    byMethod[route.method](route.path)(target, key, descriptor);
  };
}

function callOf<R extends adminapi.AdminRoute>(route: R, request: FastifyRequest): Call<R> {
  return {
    params: parseInput(route.params, request.params, 'path'),
    query: parseInput(route.query, request.query, 'query'),
    body: bodyOf(route, request),
    caller: request.session && operatorCaller(request.session, request),
    ifVersion: route.etag === 'checks' ? versionWanted(request.headers['if-match']) : undefined,
    idempotency: route.session && !route.takesBytes ? idempotencyOf(request) : undefined,
    request,
  } as Call<R>;
}

function bodyOf(route: adminapi.AdminRoute, request: FastifyRequest): unknown {
  if (route.takesBytes) return undefined; // the controller reads them
  const { body } = request;
  const isEmpty = body === undefined || body === null;
  if (!route.body) {
    if (isEmpty || Object.keys(body).length === 0) return undefined;
    throw new ServiceError('ValidationFailed', 'This takes no body.');
  }
  if (isEmpty) throw new ServiceError('ValidationFailed', 'A body is missing; send a JSON object.');
  return parseInput(route.body, body, 'body');
}

/** The operator of a session, as owners check and audit it. */
export function operatorCaller(session: Session, request: FastifyRequest): OperatorCaller {
  const { operator, login } = session;
  return { kind: 'operator', operator, login, ip: request.ip, requestId: RequestId.parse(request.id) };
}

/** One visible effect per key: the digest tells a repetition from another request that took the same key. */
function idempotencyOf(request: FastifyRequest): { key: string; hash: string } | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length < 1 || key.length > 255) {
    throw new ServiceError('InvalidHeader', 'Idempotency-Key must be 1 to 255 characters, once.');
  }
  const hash = createHash('sha256')
    .update(`${request.method}\n${request.url}\n`)
    .update(JSON.stringify(request.body ?? null));
  return { key, hash: hash.digest('hex') };
}

function send(route: adminapi.AdminRoute, request: FastifyRequest, reply: FastifyReply, answer: Answer): void {
  void reply.status(route.status);
  for (const [name, value] of Object.entries(answer.headers ?? {})) void reply.header(name, value);
  if (answer.next !== undefined) void reply.header(adminapi.markerHeader, answer.next);
  if (answer.total !== undefined) void reply.header(adminapi.countHeader, answer.total);
  if (!route.reply) return void reply.send();
  const text = JSON.stringify(answer.body);
  if (route.etag !== undefined && answer.version !== undefined) {
    const etag = etagOf(answer.version, text);
    void reply.header('etag', etag);
    if (route.method === 'GET' && hasAlready(request.headers['if-none-match'], etag)) return void reply.status(304).send();
  }
  void reply.type('application/json; charset=utf-8').send(text);
}
