import { createHash } from 'node:crypto';
import { ServiceError, type cloudapi } from '@nereid/contracts';
import { coversTarget } from '@nereid/http-signature';
import { Delete, Get, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { replays } from '../auth/replays';
import type { Answer, Call } from './call';
import { mergeInput, parseInput } from './input';

const byMethod = { GET: Get, POST: Post, PUT: Put, DELETE: Delete };
/** Names of the routes that some controller serves, for the test that none is missing. */
export const servedRoutes = new Set<string>();

type Handler<Route extends cloudapi.CloudRoute> = (call: Call<Route>) => Promise<Answer<Route>> | Answer<Route>;

/**
 * Serves a route of the contracts by the decorated method: input is parsed before it, status, headers and body are set after it.
 */
export function Route<R extends cloudapi.CloudRoute>(route: R) {
  servedRoutes.add(route.name);
  return <H extends Handler<R>>(target: object, key: string, descriptor: TypedPropertyDescriptor<H>): void => {
    const handler = descriptor.value!;
    const serve = async function (this: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
      const answer = (): Promise<Answer> => Promise.resolve(handler.call(this as never, callOf(route, request, reply)));
      const { signed } = request.cloud;
      const isReplayable = route.method !== 'GET' && signed !== undefined && !coversTarget(signed.signature);
      send(route, reply, isReplayable ? await replays(request.server).once(replayKey(request), answer) : await answer());
    };
    descriptor.value = serve as unknown as H;
    Req()(target, key, 0);
    Res()(target, key, 1);
    byMethod[route.method](route.path)(target, key, descriptor);
  };
}

function callOf<R extends cloudapi.CloudRoute>(route: R, request: FastifyRequest, reply: FastifyReply): Call<R> {
  const { cloud } = request;
  const hasBody = route.method === 'POST' || route.method === 'PUT';
  return {
    params: parseInput(route.params, request.params as Record<string, unknown>),
    input: parseInput(route.input, mergeInput(request.query, hasBody ? request.body : undefined)),
    account: cloud.signed?.account,
    caller: cloud.signed?.caller,
    version: cloud.version,
    form: cloud.form,
    idempotency: idempotencyOf(request),
    request,
    reply,
  } as Call<R>;
}

function send(route: cloudapi.CloudRoute, reply: FastifyReply, answer: Answer): void {
  if (answer.taken) return;
  void reply.status(route.status);
  for (const [name, value] of Object.entries(answer.headers ?? {})) void reply.header(name, value);
  if (answer.text !== undefined) void reply.type('text/plain; charset=utf-8').send(answer.text);
  else if (answer.body === undefined) void reply.send();
  else void reply.type('application/json').send(JSON.stringify(answer.body));
}

function digest(request: FastifyRequest, ...before: string[]): string {
  const hash = createHash('sha256');
  for (const part of [...before, request.method, request.url]) hash.update(part).update('\n');
  return hash.update(request.rawBody ?? '').digest('hex');
}

/** What a repeated request has in common with the first: signature, target and body. */
function replayKey(request: FastifyRequest): string {
  return digest(request, request.cloud.signed!.signature.signature.toString('base64'));
}

function idempotencyOf(request: FastifyRequest): { key: string; hash: string } | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length < 1 || key.length > 255) {
    throw new ServiceError('InvalidArgument', 'Idempotency-Key must be 1 to 255 characters, once.');
  }
  return { key, hash: digest(request) };
}
