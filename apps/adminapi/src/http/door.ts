import { timingSafeEqual } from 'node:crypto';
import { ServiceError, adminapi } from '@nereid/contracts';
import { CLOCK, CONFIG } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdminapiConfig } from '../config';
import { Portal } from '../portal/portal';
import { SessionCookie } from '../sessions/session-cookie';
import { SessionsService } from '../sessions/sessions.service';
import { methodsOf } from './methods';
import { isSameOrigin } from './same-origin';

const routes = new Map([...adminapi.allRoutes.values()].map((route) => [`${route.method} ${route.path}`, route]));
/** A client that sends its request too slowly must not hold a connection for ever. Files may take as long as they need while bytes come. */
const patience = { requestMs: 120_000, silenceMs: 60_000 };

/** What happens to every request of the operators' API before its controller: who asks, and whether a page of ours asks. */
@Injectable()
export class Door implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
    private readonly portal: Portal,
    @Inject(CONFIG) private readonly config: AdminapiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.decorateRequest('session', undefined);
    server.addHook('onRequest', async (request) => this.limitTime(request));
    server.addHook('onRequest', (request, reply) => this.enter(request, reply));
    server.addHook('preValidation', async (request) => mustBeExpected(request));
  }

  private limitTime(request: FastifyRequest): void {
    if (routeOf(request)?.takesBytes) {
      request.raw.setTimeout(patience.silenceMs, () => request.raw.destroy());
      return;
    }
    const stop = this.clock.after(patience.requestMs, () => {
      if (!request.raw.complete) request.raw.destroy(); // what has come may be answered as slowly as it takes
    });
    request.raw.once('close', stop);
  }

  private async enter(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    // Whoever loads `/jobs` in a browser wants the portal's page of jobs; the page itself asks for JSON.
    if (this.portal.wantsPage(request)) return this.portal.serve(request, reply);
    const route = routeOf(request);
    if (!route) return mustBeNoPath(request, reply);
    // What an operator sees belongs in no cache but the page's own memory.
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    const onlyReads = route.method === 'GET';
    if (!onlyReads && !isSameOrigin(request, this.config.http.tls !== undefined, this.config.origins)) {
      throw new ServiceError('NotAuthorized', 'Pages of other origins may not change anything here.');
    }
    if (!route.session) return undefined;
    const token = this.cookie.read(request.headers.cookie);
    const session = await this.sessions.find(token);
    if (!session || token === undefined) throw new ServiceError('InvalidCredentials', 'Sign in first.');
    if (!onlyReads && !isSame(request.headers[adminapi.csrfHeader], this.sessions.csrfToken(token))) {
      throw new ServiceError('NotAuthorized', `The header ${adminapi.csrfHeader} must be the session's token.`);
    }
    request.session = session;
    return undefined;
  }
}

/** A path of the API with another method is no page of the portal, and not absent either. @throws MethodNotAllowed */
function mustBeNoPath(request: FastifyRequest, reply: FastifyReply): undefined {
  const methods = methodsOf(request.url);
  if (methods.length === 0 || methods.includes(request.method)) return undefined;
  void reply.headers({ 'allow': methods.join(', '), 'cache-control': 'no-store' });
  throw new ServiceError('MethodNotAllowed', `${request.method} is not possible here; ${methods.join(', ')} is.`);
}

function routeOf({ method, routeOptions }: FastifyRequest): adminapi.AdminRoute | undefined {
  return routes.get(`${method === 'HEAD' ? 'GET' : method} ${routeOptions.url}`);
}

/** Forms of other pages cannot send JSON or bytes unasked, and no other form of body is read. @throws UnsupportedMediaType */
async function mustBeExpected(request: FastifyRequest): Promise<void> {
  const type = request.headers['content-type'];
  const hasBody = request.body !== undefined && request.body !== null;
  const wanted = routeOf(request)?.takesBytes ? 'application/octet-stream' : 'application/json';
  if (hasBody && type?.split(';')[0]!.trim().toLowerCase() !== wanted) {
    throw new ServiceError('UnsupportedMediaType', `Bodies are ${wanted}.`);
  }
}

function isSame(given: string | string[] | undefined, wanted: string): boolean {
  const [a, b] = [Buffer.from(typeof given === 'string' ? given : ''), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
