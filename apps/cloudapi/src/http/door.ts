import { createHash, timingSafeEqual } from 'node:crypto';
import { ServiceError, Uuid } from '@nereid/contracts';
import { type Clock, type Ids } from '@nereid/ports';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from '../auth/authenticator';
import { Replays, rememberReplays } from '../auth/replays';
import type { CloudapiConfig } from '../config';
import { CLOCK, CONFIG, IDS, routeUpgrades } from '@nereid/platform';
import { acceptedForm } from './accept';
import { readBodies } from './body-parsers';
import { methodsOf, routeOf } from './paths';
import { VersionRange, versionHeader } from './version';

const serverName = 'cloudapi/9.0.0';
const apiVersion = '9.0.0';
const corsHeaders = 'accept, accept-version, content-type, request-id, origin, x-api-version, x-request-id, authorization, x-date';

/** What happens to every request before and after its controller: headers, version, form of the answer, signature. */
@Injectable()
export class Door implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(CONFIG) private readonly config: CloudapiConfig,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    rememberReplays(server, new Replays(this.clock));
    routeUpgrades(server);
    readBodies(server, this.config.bodyLimitBytes);
    server.addHook('onRequest', (request, reply) => this.enter(request, reply));
    server.addHook('preHandler', async (request) => checkBodyDigest(request));
    server.addHook('onSend', async (request, reply) => this.leave(request, reply));
  }

  private async enter(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const named = headerText(request, 'request-id') ?? headerText(request, 'x-request-id');
    // Fastify's own id stands in the log lines already; a client's goes before it.
    const requestId = [named?.toLowerCase(), request.id].find((id) => Uuid.safeParse(id).success) ?? this.ids.random();
    request.cloud = { startedMs: this.clock.monotonicMs(), requestId };
    const methods = methodsOf(request.raw.url ?? '/');
    void reply.headers({
      'X-Request-Id': requestId,
      'Server': serverName,
      'Api-Version': apiVersion,
      'Request-Id': named && /^[\w.:-]{1,128}$/.test(named) ? named : requestId,
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers':
        'Accept, Accept-Version, Content-Length, Content-MD5, Content-Type, Date, Api-Version, Response-Time, Authorization, X-Date',
      'Access-Control-Allow-Methods': methods.join(', '),
      'Access-Control-Expose-Headers': 'Api-Version, Request-Id, Response-Time',
    });
    if (request.method === 'OPTIONS' && methods.length > 0) return preflight(reply);
    // The router would let a trailing slash pass as an empty id.
    const route = request.is404 || methods.length === 0 ? undefined : routeOf(request.method, request.routeOptions.url);
    if (!route && !request.is404) throw new ServiceError('ResourceNotFound', 'There is nothing here.');
    if (!route) return; // the filter answers 404 or 405, before anybody is asked for a signature
    request.cloud.route = route;
    request.cloud.version = VersionRange.parse(versionHeader(request.headers));
    request.cloud.form = acceptedForm(headerText(request, 'accept'), route.name);
    if (!route.signed) return;
    const signed = await this.authenticator.authenticate(request);
    request.cloud.signed = signed;
    const { account } = request.params as { account: string };
    const isOwn = account === 'my' || account.toLowerCase() === signed.account.login.toLowerCase() || account === signed.account.id;
    if (!isOwn) throw new ServiceError('ResourceNotFound', 'There is no such account.');
  }

  private async leave(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!request.cloud) return;
    void reply.header('Response-Time', Math.round(this.clock.monotonicMs() - request.cloud.startedMs));
    if (reply.statusCode === 204 || reply.statusCode === 304) {
      reply.removeHeader('content-type');
      reply.removeHeader('content-length');
    }
  }
}

function preflight(reply: FastifyReply): FastifyReply {
  return reply.status(200).headers({ 'Access-Control-Allow-Headers': corsHeaders, 'Access-Control-Max-Age': 3600 }).send('');
}

/** A signature that covers `digest` binds the body too: then the body must be the one that was signed. Source: RFC 3230, sha-256. */
async function checkBodyDigest(request: FastifyRequest): Promise<void> {
  if (!request.cloud.signed?.signature.covers.includes('digest')) return;
  const claimed = Buffer.from(headerText(request, 'digest') ?? '');
  const actual = Buffer.from(
    `SHA-256=${createHash('sha256')
      .update(request.rawBody ?? '')
      .digest('base64')}`,
  );
  if (claimed.length !== actual.length || !timingSafeEqual(claimed, actual)) {
    throw new ServiceError('InvalidCredentials', 'The body is not the one that was signed.');
  }
}

function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
