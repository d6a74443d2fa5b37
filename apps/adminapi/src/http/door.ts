import { timingSafeEqual } from 'node:crypto';
import { ServiceError, adminapi } from '@nereid/contracts';
import { CONFIG } from '@nereid/platform';
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

/** What happens to every request of the operators' API before its controller: who asks, and whether a page of ours asks. */
@Injectable()
export class Door implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
    private readonly portal: Portal,
    @Inject(CONFIG) private readonly config: AdminapiConfig,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.decorateRequest('session', undefined);
    server.addHook('onRequest', (request, reply) => this.enter(request, reply));
    server.addHook('preValidation', async (request) => mustBeJson(request));
  }

  private async enter(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    // Whoever loads `/jobs` in a browser wants the portal's page of jobs; the page itself asks for JSON.
    if (this.portal.wantsPage(request)) return this.portal.serve(request, reply);
    const route = routes.get(`${request.method === 'HEAD' ? 'GET' : request.method} ${request.routeOptions.url}`);
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

/** Forms of other pages cannot send JSON unasked, and no other form of body is read. @throws UnsupportedMediaType */
async function mustBeJson(request: FastifyRequest): Promise<void> {
  const type = request.headers['content-type'];
  const hasBody = request.body !== undefined && request.body !== null;
  if (hasBody && !/^application\/json\s*(;|$)/i.test(type ?? '')) {
    throw new ServiceError('UnsupportedMediaType', 'Bodies are application/json.');
  }
}

function isSame(given: string | string[] | undefined, wanted: string): boolean {
  const [a, b] = [Buffer.from(typeof given === 'string' ? given : ''), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
