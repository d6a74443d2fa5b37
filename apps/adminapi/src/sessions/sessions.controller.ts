import { RequestId, adminapi } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import type { Session } from './session';
import { SessionCookie } from './session-cookie';
import { SessionsService } from './sessions.service';

@Controller()
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
  ) {}

  @Route(adminapi.signIn)
  async signIn({ body, request }: Call<typeof adminapi.signIn>): Promise<Answer<typeof adminapi.signIn>> {
    const origin = { ip: request.ip, userAgent: request.headers['user-agent'] };
    const { token, session } = await this.sessions.begin(body, origin, RequestId.parse(request.id));
    return { body: this.sessions.show(session, token), headers: { 'set-cookie': this.cookie.set(token) } };
  }

  @Route(adminapi.getSession)
  get({ request }: Call<typeof adminapi.getSession>): Answer<typeof adminapi.getSession> {
    return { body: this.show(request, request.session!) };
  }

  @Route(adminapi.signOut)
  async signOut({ request, caller }: Call<typeof adminapi.signOut>): Promise<Answer<typeof adminapi.signOut>> {
    await this.sessions.end(request.session!, caller);
    return { headers: { 'set-cookie': this.cookie.clear() } };
  }

  @Route(adminapi.beginTotp)
  async beginTotp({ caller }: Call<typeof adminapi.beginTotp>): Promise<Answer<typeof adminapi.beginTotp>> {
    return { body: await this.sessions.beginTotp(caller) };
  }

  @Route(adminapi.verifyTotp)
  async verifyTotp({ request, caller, body }: Call<typeof adminapi.verifyTotp>): Promise<Answer<typeof adminapi.verifyTotp>> {
    return { body: this.show(request, await this.sessions.verifyTotp(request.session!, caller, body.code)) };
  }

  @Route(adminapi.removeTotp)
  async removeTotp({ request, caller, body }: Call<typeof adminapi.removeTotp>): Promise<Answer<typeof adminapi.removeTotp>> {
    return { body: this.show(request, await this.sessions.removeTotp(request.session!, caller, body.code)) };
  }

  private show(request: FastifyRequest, session: Session): adminapi.SessionObject {
    return this.sessions.show(session, this.cookie.read(request.headers.cookie)!);
  }
}
